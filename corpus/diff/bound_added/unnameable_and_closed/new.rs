pub mod open {
    pub trait Space {}
    #[derive(Clone)]
    pub struct Anywhere;
    impl Space for Anywhere {}
}
use open::{Anywhere, Space};
pub struct S<T, R: Space = Anywhere>(T, R);
impl<T> S<T> {
    pub fn new(t: T) -> Self {
        S(t, Anywhere)
    }
}
impl<T, R: Space> S<T, R> {
    pub fn get(&self) -> &T {
        &self.0
    }
}
impl<T: Clone, R: Space + Clone> Clone for S<T, R> {
    fn clone(&self) -> Self {
        S(self.0.clone(), self.1.clone())
    }
}
