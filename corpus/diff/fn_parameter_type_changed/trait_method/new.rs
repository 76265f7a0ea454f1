pub trait T {
    fn a(&self, x: u16);
}
