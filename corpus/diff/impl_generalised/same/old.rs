pub struct S<T>(pub T);
impl<T: Copy> Default for S<Option<T>> {
    fn default() -> Self {
        S(None)
    }
}
