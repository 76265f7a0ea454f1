unsafe extern "C" {
    pub safe static N: u8;
}
