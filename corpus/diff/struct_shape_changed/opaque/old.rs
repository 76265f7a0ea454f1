pub struct S(u8);
impl S {
    pub fn new() -> S {
        S(1)
    }
    pub fn get(&self) -> u8 {
        self.0
    }
}
