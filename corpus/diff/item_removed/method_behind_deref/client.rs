pub fn f(a: subject::A) -> u8 {
    a.go()
}
