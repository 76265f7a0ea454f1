pub struct Arg<'h> {
    pub name: &'h str,
}
impl<'h> Arg<'h> {
    pub fn new(name: &'static str) -> Self {
        Arg { name }
    }
}
