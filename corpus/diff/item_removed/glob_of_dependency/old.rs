pub mod m {
    pub use dep::D;
}
pub fn make() -> dep::D {
    dep::D
}
