pub fn f(_: subject::A) {}
