use std::io::{Read, Write};
pub struct S<R: Read>(R);
impl<R: Read> S<R> {
    pub fn new(r: R) -> Self {
        S(r)
    }
    pub fn into_inner(self) -> R {
        self.0
    }
    pub fn copy_to<W: Write>(&mut self, w: &mut W) {
        let _ = std::io::copy(&mut self.0, w);
    }
}
impl<R: Read> Read for S<R> {
    fn read(&mut self, b: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(b)
    }
}
