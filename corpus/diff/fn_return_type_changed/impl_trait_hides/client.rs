pub fn f() -> Vec<u8> {
    subject::a()
}
