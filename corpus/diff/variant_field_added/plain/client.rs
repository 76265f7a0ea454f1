pub fn f() -> subject::E {
    subject::E::A { x: 1 }
}
