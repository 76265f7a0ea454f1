pub fn f() -> bool {
    subject::Level::Low < subject::Level::High
}
