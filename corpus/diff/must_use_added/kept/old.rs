#[must_use]
pub struct A;
