pub const C: u8 = subject::a();
