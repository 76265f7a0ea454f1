pub fn a(_: dep::D) {}
