pub fn a<T: ?Sized>(_: &T) {}
