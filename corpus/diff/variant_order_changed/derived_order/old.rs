#[derive(PartialEq, PartialOrd)]
pub enum E {
    A,
    B,
}
