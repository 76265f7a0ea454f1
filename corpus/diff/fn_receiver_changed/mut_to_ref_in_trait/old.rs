pub trait T {
    fn a(&mut self);
}
