pub fn f<X: subject::T>(x: X) -> String {
    format!("{x:?}")
}
