pub fn f() {
    subject::a::<u8>()
}
