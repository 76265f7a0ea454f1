pub fn f(x: u8) -> subject::S {
    x.into()
}
