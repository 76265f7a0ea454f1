use subject::Tokens;
pub fn f() -> subject::shown::Stream {
    subject::shown::Stream::new().tokens().clone()
}
