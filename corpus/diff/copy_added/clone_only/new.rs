#[derive(Clone)]
pub struct S;
