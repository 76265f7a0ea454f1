pub fn f() -> subject::S {
    subject::S
}
