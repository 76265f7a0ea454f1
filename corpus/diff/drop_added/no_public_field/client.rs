pub fn f(_: subject::S) {}
