pub fn f(text: &[u8]) -> subject::Find<'_> {
    subject::Find::new(b'a', text)
}
