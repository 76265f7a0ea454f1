pub enum E {
    A = 1,
}
