mod private {
    pub trait Sealed2 {}
}
pub trait T: private::Sealed2 {
    fn a(&self) {}
}
