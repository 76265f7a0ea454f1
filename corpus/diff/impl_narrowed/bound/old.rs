pub struct S<T>(pub T);
impl<T> Default for S<Option<T>> {
    fn default() -> Self {
        S(None)
    }
}
