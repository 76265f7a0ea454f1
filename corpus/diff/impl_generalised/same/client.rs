pub fn f() -> subject::S<Option<u8>> {
    Default::default()
}
