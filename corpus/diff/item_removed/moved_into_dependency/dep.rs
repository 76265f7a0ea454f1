pub struct D {
    pub a: u8,
}
impl D {
    pub fn new() -> D {
        D { a: 1 }
    }
}
