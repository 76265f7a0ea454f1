pub fn a<T: Copy>(_: T) {}
pub fn b() {}
