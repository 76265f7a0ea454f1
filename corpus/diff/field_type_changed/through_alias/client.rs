pub fn f(s: subject::S) -> std::collections::BTreeMap<u8, u8> {
    s.a
}
