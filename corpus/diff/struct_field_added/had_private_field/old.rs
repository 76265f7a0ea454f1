pub struct S {
    pub a: u8,
    #[allow(dead_code)]
    x: u8,
}
