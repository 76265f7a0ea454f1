pub fn f() -> u8 {
    unsafe { subject::N }
}
