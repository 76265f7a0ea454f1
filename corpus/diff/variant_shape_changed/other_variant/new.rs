#[non_exhaustive]
pub enum E {
    A(u8),
    B,
    C,
}
