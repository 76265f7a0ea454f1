#[deprecated]
#[inline]
pub fn a() {}
