pub enum E {
    A = 0,
    B = 1,
}
