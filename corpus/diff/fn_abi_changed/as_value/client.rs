pub fn f() -> extern "C" fn() {
    subject::a
}
