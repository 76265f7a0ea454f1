#[derive(Clone, Copy)]
pub struct C;
impl subject::T for C {}
