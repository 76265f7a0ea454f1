pub struct Arg<'help> {
    pub name: &'help str,
}
impl<'help> Arg<'help> {
    pub fn new(name: &'static str) -> Self {
        Arg { name }
    }
}
