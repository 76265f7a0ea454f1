pub fn n<X: subject::T>(_: X) {}
pub fn f() {
    n([1u8])
}
