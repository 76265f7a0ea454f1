pub trait T {
    type A: Copy + Clone;
}
