pub struct S {
    pub next: Option<Box<S>>,
}
