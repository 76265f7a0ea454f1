#[non_exhaustive]
#[derive(PartialEq, PartialOrd)]
pub enum Level {
    Low,
    High,
}
