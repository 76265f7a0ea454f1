pub use dep;
pub fn f() -> dep::Bytes {
    dep::Pair(1, 2)
}
