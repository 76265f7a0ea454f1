pub struct S;
impl S {
    pub fn new() -> S {
        S
    }
}
