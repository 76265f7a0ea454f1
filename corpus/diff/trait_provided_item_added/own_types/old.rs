pub struct S;
pub trait T {
    fn a(&self) {}
}
impl T for S {}
