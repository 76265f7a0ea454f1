pub fn f() {
    subject::a(1u8)
}
