pub fn a(_: u8) {}
