pub fn f(s: &subject::S) -> usize {
    s.as_ref().len()
}
