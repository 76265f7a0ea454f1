use subject::dep::{Bytes, Pair};
pub fn f() -> (Pair<u8, u8>, Bytes<char>) {
    (subject::f(), subject::g('a'))
}
