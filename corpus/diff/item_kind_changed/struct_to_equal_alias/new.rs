pub struct B {
    pub x: u8,
}
pub type A = B;
