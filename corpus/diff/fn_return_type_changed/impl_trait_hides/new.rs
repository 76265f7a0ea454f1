pub fn a() -> impl Iterator<Item = u8> {
    vec![].into_iter()
}
