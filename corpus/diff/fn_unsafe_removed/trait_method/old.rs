pub trait T {
    unsafe fn a(&self);
}
