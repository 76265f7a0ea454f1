pub struct Arg<'help> {
    name: &'help str,
}
impl<'help> Arg<'help> {
    pub fn new(name: &'help str) -> Self {
        Arg { name }
    }
}
impl<'help> From<&'help str> for Arg<'help> {
    fn from(name: &'help str) -> Self {
        Arg { name }
    }
}
pub struct App<'help> {
    args: Vec<Arg<'help>>,
}
impl<'help> App<'help> {
    pub fn new() -> Self {
        App { args: Vec::new() }
    }
    pub fn arg<A: Into<Arg<'help>>>(mut self, arg: A) -> Self {
        self.args.push(arg.into());
        self
    }
    pub fn change<F: FnOnce(Arg<'help>) -> Arg<'help>>(mut self, with: F) -> Self {
        let last = self.args.pop().map(with);
        self.args.extend(last);
        self
    }
}
