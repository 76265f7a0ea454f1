#[non_exhaustive]
pub enum E {
    A,
}
