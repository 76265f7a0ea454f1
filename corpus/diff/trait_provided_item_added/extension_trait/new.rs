pub trait Ext {
    fn a(&self) {}
    fn shout(&self) {}
}
impl<T> Ext for T {}
