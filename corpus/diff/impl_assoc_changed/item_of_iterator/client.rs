pub fn f(s: subject::S) -> Vec<u8> {
    s.collect()
}
