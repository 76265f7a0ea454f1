pub fn a(_: &str) {}
