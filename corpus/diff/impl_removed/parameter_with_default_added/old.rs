pub struct Named {
    file: u8,
}
impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.file.fmt(f)
    }
}
pub fn make() -> Named {
    Named { file: 1 }
}
