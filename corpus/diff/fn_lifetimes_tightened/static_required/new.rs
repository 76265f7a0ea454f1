pub fn a(_: &'static str) {}
