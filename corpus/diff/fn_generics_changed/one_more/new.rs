pub fn a<T, U>(_: Option<U>) {}
