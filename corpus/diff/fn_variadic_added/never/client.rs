pub fn f() -> unsafe extern "C" fn(u8) {
    subject::a
}
