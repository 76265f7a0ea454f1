pub use dep;
pub fn f() -> dep::Bytes {
    dep::Pair(1, 2)
}
pub fn g<T>(t: T) -> dep::Pair<u8, T> {
    dep::Pair(1, t)
}
