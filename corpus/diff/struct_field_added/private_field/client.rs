pub fn f(s: subject::S) -> u8 {
    let subject::S { a } = s;
    a
}
