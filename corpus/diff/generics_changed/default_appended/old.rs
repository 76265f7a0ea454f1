pub struct S<T> {
    pub a: T,
    #[allow(dead_code)]
    b: u8,
}
