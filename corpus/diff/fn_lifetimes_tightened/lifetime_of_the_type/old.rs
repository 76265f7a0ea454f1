pub struct Find<'h>(pub &'h [u8]);
impl<'h> Find<'h> {
    pub fn new(byte: u8, haystack: &[u8]) -> Find<'_> {
        let _ = byte;
        Find(haystack)
    }
}
