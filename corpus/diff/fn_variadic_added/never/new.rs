unsafe extern "C" {
    pub fn a(y: u8);
}
