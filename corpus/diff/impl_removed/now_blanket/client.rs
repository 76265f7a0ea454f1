use subject::T;
pub fn f(x: u8) {
    x.a()
}
