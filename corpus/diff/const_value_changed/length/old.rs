pub const N: usize = 1;
