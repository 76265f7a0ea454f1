pub struct S {
    pub a: String,
}
impl Drop for S {
    fn drop(&mut self) {}
}
