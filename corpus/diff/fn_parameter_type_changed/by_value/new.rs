pub fn a(_: String) {}
