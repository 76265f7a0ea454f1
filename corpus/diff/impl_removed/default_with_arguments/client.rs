pub fn f(s: &subject::S<u8>) -> Option<u8> {
    let fresh: subject::S<u8> = subject::S::new();
    s.clone().first().or(fresh.first()).copied()
}
pub fn d() -> subject::S<u8> {
    Default::default()
}
