pub fn a<T>(_: T)
where
    T: Clone,
{
}
