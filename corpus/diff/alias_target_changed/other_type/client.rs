pub fn f(a: subject::A) -> Vec<u8> {
    a
}
