pub fn f(e: subject::E) -> u8 {
    let subject::E::A { x, .. } = e;
    x
}
