pub const N: [u8; 2] = [1, 2];
