mod inner {
    pub struct Iter<'a>(pub(crate) &'a crate::Set);
}
pub struct Set;
impl Set {
    pub fn iter(&self) -> inner::Iter<'_> {
        inner::Iter(self)
    }
}
