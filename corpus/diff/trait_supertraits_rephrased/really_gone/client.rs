pub fn f<X: subject::T>(x: X) -> (X, X) {
    (x, x)
}
