pub fn a(_: u8, _: u8) {}
