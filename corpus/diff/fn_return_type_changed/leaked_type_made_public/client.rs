pub fn f() -> Option<u8> {
    subject::days().next()
}
