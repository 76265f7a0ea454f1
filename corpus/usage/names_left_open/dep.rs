pub trait Ext {
    fn first(&self) {}
}
impl<T> Ext for T {}
pub trait OfText {
    fn second(&self) {}
}
impl OfText for str {}
pub trait Number {
    fn third(self)
    where
        Self: Sized,
    {
    }
}
