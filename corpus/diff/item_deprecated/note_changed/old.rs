#[deprecated(note = "one")]
pub fn a() {}
