pub fn f(_: subject::D) {}
