pub fn n<T: Send>() {}
pub fn f() {
    n::<subject::S>()
}
