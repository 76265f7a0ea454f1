pub fn a<T: Copy + Clone>(_: T) {}
