pub fn f() {
    let _ = subject::a();
}
