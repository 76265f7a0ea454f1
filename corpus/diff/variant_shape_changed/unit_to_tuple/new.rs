pub enum E {
    A(u8),
    B,
}
