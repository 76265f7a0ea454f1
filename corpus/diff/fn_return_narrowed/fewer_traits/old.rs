pub fn a() -> impl DoubleEndedIterator<Item = u8> {
    vec![].into_iter()
}
