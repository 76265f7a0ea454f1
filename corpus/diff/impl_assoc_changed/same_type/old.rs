pub struct S;
impl Iterator for S {
    type Item = S;
    fn next(&mut self) -> Option<S> {
        None
    }
}
