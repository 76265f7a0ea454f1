pub fn a<T: Clone>(_: T) {}
