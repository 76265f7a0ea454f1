pub fn a<T>(_: T)
where
    String: From<T>,
{
}
