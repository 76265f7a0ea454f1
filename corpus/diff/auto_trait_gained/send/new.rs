pub struct S {
    #[allow(dead_code)]
    a: u8,
}
