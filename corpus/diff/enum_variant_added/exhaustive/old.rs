pub enum E {
    A,
}
