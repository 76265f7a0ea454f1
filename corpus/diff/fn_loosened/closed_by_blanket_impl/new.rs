pub trait Tools: Iterator {
    fn product_of(self) -> u8
    where
        Self: Sized,
    {
        let _ = self;
        1
    }
}
impl<T: ?Sized> Tools for T where T: Iterator {}
