pub fn f() -> subject::A {
    subject::A { x: 1 }
}
