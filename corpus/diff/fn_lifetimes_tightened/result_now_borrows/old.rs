pub fn a(_: &str) -> &'static str {
    ""
}
