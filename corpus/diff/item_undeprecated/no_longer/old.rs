#[deprecated]
pub fn a() {}
