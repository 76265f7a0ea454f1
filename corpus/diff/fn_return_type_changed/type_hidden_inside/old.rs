pub struct Set;
pub struct Iter<'a>(&'a Set);
impl Set {
    pub fn iter(&self) -> Iter<'_> {
        Iter(self)
    }
}
