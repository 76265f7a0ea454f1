pub struct Arg {
    name: String,
}
impl Arg {
    pub fn new(name: &str) -> Self {
        Arg { name: name.to_owned() }
    }
}
impl From<&str> for Arg {
    fn from(name: &str) -> Self {
        Arg { name: name.to_owned() }
    }
}
pub struct App {
    args: Vec<Arg>,
}
impl App {
    pub fn new() -> Self {
        App { args: Vec::new() }
    }
    pub fn arg<A: Into<Arg>>(mut self, arg: A) -> Self {
        self.args.push(arg.into());
        self
    }
    pub fn change<F: FnOnce(Arg) -> Arg>(mut self, with: F) -> Self {
        let last = self.args.pop().map(with);
        self.args.extend(last);
        self
    }
}
