pub struct S;
pub trait T {
    fn a(&self, _: u8) {}
}
impl T for S {}
impl S {
    pub fn a(&self, _: u8) {}
}
