pub fn f() -> Option<u8> {
    subject::a().next()
}
