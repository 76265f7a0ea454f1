unsafe extern "C" {
    pub static N: u8;
    pub static M: u8;
}
