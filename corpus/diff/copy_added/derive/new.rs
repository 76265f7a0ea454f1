#[derive(Clone, Copy)]
pub struct S;
