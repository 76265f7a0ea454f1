#[doc(hidden)]
pub struct A;
