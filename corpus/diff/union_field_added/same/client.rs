pub fn f() -> subject::U {
    subject::U { a: 1 }
}
