pub struct Unique<I> {
    inner: I,
}
pub trait Extra: Iterator + Sized {
    fn unique(self) -> Unique<Self> {
        Unique { inner: self }
    }
}
impl<I: Iterator> Extra for I {}
