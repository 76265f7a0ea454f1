pub trait T {
    type A;
}
