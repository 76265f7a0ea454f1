pub enum E {
    B,
    A(u8),
}
