pub fn a() -> Option<u8> {
    None
}
