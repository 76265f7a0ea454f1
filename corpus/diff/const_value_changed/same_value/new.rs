pub const N: usize = 1 + 1;
