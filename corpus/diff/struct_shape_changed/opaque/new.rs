pub struct S {
    a: u8,
}
impl S {
    pub fn new() -> S {
        S { a: 1 }
    }
    pub fn get(&self) -> u8 {
        self.a
    }
}
