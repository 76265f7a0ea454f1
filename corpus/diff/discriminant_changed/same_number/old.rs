pub enum E {
    A,
    B,
}
