pub struct A {
    pub x: u8,
}
impl A {
    pub fn f(&self) -> u8 {
        self.x
    }
}
