pub struct S;
impl Iterator for S {
    type Item = u8;
    fn next(&mut self) -> Option<u8> {
        None
    }
}
