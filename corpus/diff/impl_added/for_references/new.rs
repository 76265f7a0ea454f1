pub trait T {}
impl<X: T> T for &X {}
