pub struct S;
impl Iterator for S {
    type Item = u16;
    fn next(&mut self) -> Option<u16> {
        None
    }
}
