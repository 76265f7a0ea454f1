pub struct A {
    pub x: u8,
}
