pub fn a<T: Copy>(_: T) {}
