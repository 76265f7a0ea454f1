pub trait T {
    fn a(&self, x: u8);
}
