pub fn f(name: &'static str) -> subject::App<'static> {
    subject::App::new().arg("a").arg(subject::Arg::new(name)).change(|arg| arg)
}
