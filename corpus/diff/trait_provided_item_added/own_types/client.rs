use subject::T;
pub fn f(s: subject::S) {
    s.a()
}
