pub struct S(String);
impl AsRef<str> for S {
    fn as_ref(&self) -> &str {
        &self.0
    }
}
