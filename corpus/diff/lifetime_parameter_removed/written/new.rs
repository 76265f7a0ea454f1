pub struct Arg {
    pub name: &'static str,
}
impl Arg {
    pub fn new(name: &'static str) -> Self {
        Arg { name }
    }
}
