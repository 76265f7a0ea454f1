#[allow(unused_imports)]
use subject::T;
pub fn f(s: subject::S) {
    s.a(1)
}
