pub fn w(set: &subject::Set) -> subject::Iter<'_> {
    set.iter()
}
