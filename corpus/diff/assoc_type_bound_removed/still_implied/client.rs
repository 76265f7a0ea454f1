pub fn f<X: subject::T>(a: &X::A) -> X::A {
    a.clone()
}
