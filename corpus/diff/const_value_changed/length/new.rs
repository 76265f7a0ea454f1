pub const N: usize = 2;
