pub fn f(_: subject::E) {}
