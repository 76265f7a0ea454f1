pub struct S {
    pub a: u8,
    pub b: u8,
    #[allow(dead_code)]
    x: u8,
}
