unsafe extern "C" {
    pub fn a(x: u8, ...);
    pub fn b();
}
