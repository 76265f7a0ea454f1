pub fn f<X: subject::T>(x: &X) -> X {
    x.clone()
}
