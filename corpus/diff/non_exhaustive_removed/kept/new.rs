#[non_exhaustive]
#[derive(Debug)]
pub enum E {
    A,
}
