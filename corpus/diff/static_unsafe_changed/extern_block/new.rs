unsafe extern "C" {
    pub static N: u8;
}
