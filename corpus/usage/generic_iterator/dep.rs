pub trait Extra: Iterator {
    fn each_ok<F, T, U, E>(self, _: F) -> EachOk<Self, F>
    where
        Self: Iterator<Item = Result<T, E>> + Sized,
        F: FnMut(T) -> U,
    {
        EachOk(std::marker::PhantomData, self)
    }
    fn pick(&mut self) -> Option<Self::Item> { self.next() }
}
impl<T: ?Sized> Extra for T where T: Iterator {}
pub struct EachOk<I: ?Sized, F>(pub std::marker::PhantomData<F>, pub I);
