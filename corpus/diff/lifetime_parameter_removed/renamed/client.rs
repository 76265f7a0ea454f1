pub fn f() -> subject::Arg<'static> {
    subject::Arg::new("a")
}
