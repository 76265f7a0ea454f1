pub struct S {
    #[allow(dead_code)]
    a: String,
}
