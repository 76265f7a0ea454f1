pub trait T {
    fn a(&self) {}
}
impl T for u8 {}
impl T for u16 {}
