pub static mut N: u8 = 1;
