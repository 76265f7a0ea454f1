pub type B = Vec<u8>;
pub type A = B;
