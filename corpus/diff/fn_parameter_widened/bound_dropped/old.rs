pub fn a<T: Clone + Copy>(_: T) {}
