pub fn f() -> bool {
    subject::E::A < subject::E::B
}
