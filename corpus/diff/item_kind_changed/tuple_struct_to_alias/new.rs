pub struct B(pub u8);
pub type A = B;
