pub fn f(s: &subject::S) -> subject::S {
    s.clone()
}
