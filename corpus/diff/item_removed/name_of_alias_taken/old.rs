pub struct App<'a> {
    name: &'a str,
}
impl<'a> App<'a> {
    pub fn new(name: &'a str) -> Self {
        App { name }
    }
    pub fn name(&self) -> &str {
        self.name
    }
}
pub type Command<'a> = App<'a>;
