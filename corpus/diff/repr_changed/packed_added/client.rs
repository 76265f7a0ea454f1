pub fn f(s: &subject::S) -> &u32 {
    &s.b
}
