pub fn f() -> subject::S<u8> {
    subject::S(1)
}
