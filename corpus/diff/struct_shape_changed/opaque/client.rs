pub fn f() -> u8 {
    let s = subject::S::new();
    let subject::S { .. } = &s;
    s.get()
}
