pub static N: u8 = 2;
