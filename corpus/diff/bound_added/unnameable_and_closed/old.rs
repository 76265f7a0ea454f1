mod inner {
    pub trait Room {}
    #[derive(Clone)]
    pub struct Here;
    impl Room for Here {}
}
use inner::{Here, Room};
pub struct S<T, R: Room = Here>(T, R);
impl<T> S<T> {
    pub fn new(t: T) -> Self {
        S(t, Here)
    }
}
impl<T, R: Room> S<T, R> {
    pub fn get(&self) -> &T {
        &self.0
    }
}
impl<T: Clone, R: Room + Clone> Clone for S<T, R> {
    fn clone(&self) -> Self {
        S(self.0.clone(), self.1.clone())
    }
}
