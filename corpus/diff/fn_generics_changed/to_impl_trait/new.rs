pub fn a(_: impl Clone) {}
