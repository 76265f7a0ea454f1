pub fn f() -> u8 {
    subject::a()
}
