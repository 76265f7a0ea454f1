pub struct H {
    pub s: subject::S,
}
