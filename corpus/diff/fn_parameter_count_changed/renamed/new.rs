pub fn a(y: u8) {
    let _ = y;
}
