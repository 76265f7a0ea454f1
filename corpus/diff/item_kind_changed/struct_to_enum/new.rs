pub enum A {
    X,
}
