pub struct S;
impl Iterator for S {
    type Item = Self;
    fn next(&mut self) -> Option<Self> {
        None
    }
}
