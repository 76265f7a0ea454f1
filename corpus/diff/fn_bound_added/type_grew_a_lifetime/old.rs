pub struct Parser;
impl Parser {
    pub fn each<T, F>(&mut self, mut f: F) -> T
    where
        F: FnMut(&mut Parser) -> T,
    {
        f(self)
    }
}
