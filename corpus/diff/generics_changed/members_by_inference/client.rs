pub fn inferred(mut sink: Vec<u8>) -> &'static [u8] {
    let mut s = subject::S::new(&b"x"[..]);
    s.copy_to(&mut sink);
    s.into_inner()
}
pub fn named(s: subject::S<&[u8]>) -> &[u8] {
    s.into_inner()
}
