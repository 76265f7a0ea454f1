pub struct S<T> {
    #[allow(dead_code)]
    a: Option<T>,
}
