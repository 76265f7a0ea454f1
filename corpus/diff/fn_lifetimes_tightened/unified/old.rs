pub fn a<'a, 'b>(x: &'a str, _: &'b str) -> &'a str {
    x
}
