pub type A = Vec<u8>;
