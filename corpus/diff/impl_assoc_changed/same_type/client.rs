pub fn f(s: subject::S) -> Vec<subject::S> {
    s.collect()
}
