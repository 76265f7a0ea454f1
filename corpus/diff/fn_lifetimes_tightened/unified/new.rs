pub fn a<'a>(x: &'a str, _: &'a str) -> &'a str {
    x
}
