pub struct S(Vec<u8>);
impl std::ops::Deref for S {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}
