pub fn a<T>(_: T)
where
    T: Into<String>,
{
}
