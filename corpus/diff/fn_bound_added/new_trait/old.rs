pub fn a<T>(_: T) {}
