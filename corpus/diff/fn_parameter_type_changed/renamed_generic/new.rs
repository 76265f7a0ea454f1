pub fn a<U: Clone>(_: U) {}
