pub fn f() -> subject::dep::Pair<u8, u8> {
    subject::f()
}
