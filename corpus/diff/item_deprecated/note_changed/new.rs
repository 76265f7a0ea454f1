#[deprecated(note = "two")]
pub fn a() {}
