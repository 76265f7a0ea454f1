pub fn a(x: u8) {
    let _ = x;
}
