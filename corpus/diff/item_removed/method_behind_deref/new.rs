pub struct A(In);
pub struct In;
impl In {
    pub fn go(&self) -> u8 {
        1
    }
}
impl std::ops::Deref for A {
    type Target = In;
    fn deref(&self) -> &In {
        &self.0
    }
}
