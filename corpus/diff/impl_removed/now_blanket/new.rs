pub trait T {
    fn a(&self) {}
}
impl<X: Copy> T for X {}
