pub fn f() -> subject::S {
    subject::S { a: 1 }
}
