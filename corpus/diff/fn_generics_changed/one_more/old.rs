pub fn a<T>() {}
