pub struct S {
    #[allow(dead_code)]
    a: String,
}
impl Drop for S {
    fn drop(&mut self) {}
}
