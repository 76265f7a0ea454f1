pub struct Find<'h>(pub &'h [u8]);
impl<'h> Find<'h> {
    pub fn new(byte: u8, haystack: &'h [u8]) -> Find<'h> {
        let _ = byte;
        Find(haystack)
    }
}
