pub trait T {
    fn a(&self) {}
}
