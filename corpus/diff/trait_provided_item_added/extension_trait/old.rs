pub trait Ext {
    fn a(&self) {}
}
impl<T> Ext for T {}
