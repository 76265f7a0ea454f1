pub struct S<T>(Vec<T>);
impl<T> S<T> {
    pub fn new() -> Self {
        S(Vec::new())
    }
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }
}
impl<T> Default for S<T> {
    fn default() -> Self {
        S::new()
    }
}
impl<T: Clone> Clone for S<T> {
    fn clone(&self) -> Self {
        S(self.0.clone())
    }
}
