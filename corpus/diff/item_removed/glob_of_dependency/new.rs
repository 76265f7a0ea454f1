pub mod m {
    pub use dep::*;
}
pub fn make() -> m::D {
    dep::D
}
