pub fn f() -> u8 {
    subject::m!(1, 1)
}
