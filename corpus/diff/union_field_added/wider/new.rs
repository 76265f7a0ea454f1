pub union U {
    pub a: u8,
    pub b: u64,
}
