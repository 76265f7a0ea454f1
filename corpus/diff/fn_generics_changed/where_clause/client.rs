pub fn f() {
    subject::a::<u8>(1)
}
