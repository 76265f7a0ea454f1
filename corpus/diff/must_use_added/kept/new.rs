#[must_use = "really"]
pub struct A;
