pub struct Named<F = u8> {
    file: F,
}
impl<F: std::fmt::Debug> std::fmt::Debug for Named<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.file.fmt(f)
    }
}
pub fn make() -> Named {
    Named { file: 1 }
}
