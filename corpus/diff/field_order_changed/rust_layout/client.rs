pub fn f() -> subject::S {
    subject::S { a: 1, b: 2 }
}
