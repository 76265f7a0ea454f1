pub fn f(s: &subject::S) -> usize {
    s.capacity()
}
