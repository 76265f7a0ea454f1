#[doc(hidden)]
pub struct A;
pub struct B;
