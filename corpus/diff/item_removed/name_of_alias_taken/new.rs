pub struct Command<'a> {
    name: &'a str,
}
impl<'a> Command<'a> {
    pub fn new(name: &'a str) -> Self {
        Command { name }
    }
    pub fn name(&self) -> &str {
        self.name
    }
}
