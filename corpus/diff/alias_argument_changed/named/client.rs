pub fn f() -> subject::Map<u8, subject::A> {
    subject::Alias::<u8>::default()
}
