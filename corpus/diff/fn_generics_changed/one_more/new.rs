pub fn a<T, U: Default>() {}
