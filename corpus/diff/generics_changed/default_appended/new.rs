pub struct S<T, U = u8> {
    pub a: T,
    #[allow(dead_code)]
    b: Option<U>,
}
