use std::io::{Read, Write};
pub struct S<E: Default, R: Read>(R, E);
impl<R: Read> S<u8, R> {
    pub fn new(r: R) -> Self {
        S(r, 0)
    }
}
impl<E: Default, R: Read> S<E, R> {
    pub fn into_inner(self) -> R {
        self.0
    }
    pub fn copy_to<W: Write>(&mut self, w: &mut W) {
        let _ = std::io::copy(&mut self.0, w);
    }
}
impl<E: Default, R: Read> Read for S<E, R> {
    fn read(&mut self, b: &mut [u8]) -> std::io::Result<usize> {
        self.0.read(b)
    }
}
