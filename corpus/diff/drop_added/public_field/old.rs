pub struct S {
    pub a: String,
}
