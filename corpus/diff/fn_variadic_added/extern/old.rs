unsafe extern "C" {
    pub fn a(x: u8);
}
