pub fn f() -> subject::S<Option<String>> {
    Default::default()
}
