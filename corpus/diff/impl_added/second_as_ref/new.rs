pub struct S(String);
impl AsRef<str> for S {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
impl AsRef<[u8]> for S {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
