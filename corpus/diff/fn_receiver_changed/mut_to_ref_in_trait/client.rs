pub struct C;
impl subject::T for C {
    fn a(&mut self) {}
}
