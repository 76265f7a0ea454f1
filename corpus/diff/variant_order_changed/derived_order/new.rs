#[derive(PartialEq, PartialOrd)]
pub enum E {
    B,
    A,
}
