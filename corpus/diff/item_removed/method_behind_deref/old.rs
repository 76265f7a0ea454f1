pub struct A(In);
pub struct In;
impl A {
    pub fn go(&self) -> u8 {
        1
    }
}
