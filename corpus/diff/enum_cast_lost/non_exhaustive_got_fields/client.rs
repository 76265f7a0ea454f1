pub fn f(e: subject::E) -> u8 {
    e as u8
}
