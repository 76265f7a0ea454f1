pub struct S;
impl S {
    pub fn a(&mut self) {}
}
