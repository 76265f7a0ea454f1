#[derive(Debug)]
pub struct S;
