pub struct S {
    pub a: u8,
    #[allow(dead_code)]
    b: u8,
}
