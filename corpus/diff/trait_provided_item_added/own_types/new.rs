pub struct S;
pub trait T {
    fn a(&self) {}
    fn b(&self) {}
}
impl T for S {}
