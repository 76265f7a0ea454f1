pub union U {
    pub a: u8,
}
