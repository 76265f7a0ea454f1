pub fn f() -> subject::E {
    subject::E::A(1)
}
