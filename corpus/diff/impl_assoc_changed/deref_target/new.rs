pub struct S(Vec<u8>);
impl std::ops::Deref for S {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}
