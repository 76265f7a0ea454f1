pub use dep;
pub fn f() -> dep::Pair<u8, u8> {
    dep::Pair(1, 2)
}
pub fn g<T>(t: T) -> dep::Bytes<T> {
    dep::Pair(1, t)
}
