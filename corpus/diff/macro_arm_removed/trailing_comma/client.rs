pub fn f() -> [u8; 2] {
    subject::m!(1, 1)
}
