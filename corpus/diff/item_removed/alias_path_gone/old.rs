pub mod inner {
    pub struct A;
}
pub use inner::A;
