pub struct S {
    a: u8,
    b: u8,
}
impl S {
    pub fn b(&self) -> u8 {
        self.b + self.a
    }
}
