pub fn a(_: impl AsRef<[u8]>) {}
