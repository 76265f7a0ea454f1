mod private {
    pub trait Sealed {}
}
pub trait T: private::Sealed {
    fn a(&self) {}
}
