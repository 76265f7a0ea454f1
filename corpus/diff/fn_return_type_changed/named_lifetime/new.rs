pub fn a<'a>(x: &'a str) -> &'a str {
    x
}
