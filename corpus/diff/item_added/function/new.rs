pub fn a() {}
pub fn b() {}
