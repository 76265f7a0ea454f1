pub struct S<T>(pub T);
impl<U> Default for S<Option<U>>
where
    U: Copy,
{
    fn default() -> Self {
        S(None)
    }
}
