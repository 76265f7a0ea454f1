pub struct C;
impl subject::T for C {
    unsafe fn a(&self) {}
}
