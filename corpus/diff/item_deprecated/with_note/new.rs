#[deprecated(note = "use `b` instead")]
pub fn a() {}
pub fn b() {}
