pub trait T {}
impl<X: Clone> T for X {}
