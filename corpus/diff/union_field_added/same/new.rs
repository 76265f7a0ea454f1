#[derive(Clone, Copy)]
pub union U {
    pub a: u8,
}
