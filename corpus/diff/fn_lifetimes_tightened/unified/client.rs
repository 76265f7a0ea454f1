pub fn f<'a>(x: &'a str) -> &'a str {
    let s = String::new();
    subject::a(x, &s)
}
