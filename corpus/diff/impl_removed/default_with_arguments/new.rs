pub struct Plain<X>(std::marker::PhantomData<X>);
pub struct S<T, A = Plain<u8>>(Vec<T>, std::marker::PhantomData<A>);
impl<T> S<T> {
    pub fn new() -> Self {
        S(Vec::new(), std::marker::PhantomData)
    }
}
impl<T, A> S<T, A> {
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }
}
impl<T, A> Default for S<T, A> {
    fn default() -> Self {
        S(Vec::new(), std::marker::PhantomData)
    }
}
impl<T: Clone, A> Clone for S<T, A> {
    fn clone(&self) -> Self {
        S(self.0.clone(), std::marker::PhantomData)
    }
}
