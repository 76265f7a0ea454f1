mod inner {
    pub trait Room {}
    impl<T: std::fmt::Debug> Room for T {}
}
pub struct S<R: inner::Room>(pub R);
