pub struct Arg { name: String }
impl Arg {
    pub fn new(name: &str) -> Self { Arg { name: name.into() } }
    pub fn long(self, _: &str) -> Self { self }
}
#[derive(Default)]
pub struct App { args: Vec<Arg> }
pub struct Matches;
impl App {
    pub fn new() -> App { App::default() }
    pub fn arg(mut self, arg: Arg) -> App { self.args.push(arg); self }
    pub fn try_matches(self) -> Result<Matches, Error> { Ok(Matches) }
}
impl Matches {
    pub fn value_of(&self, _: &str) -> Option<&str> { None }
}
#[derive(Debug)]
pub struct Error;
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("e") }
}
impl std::error::Error for Error {}
