pub struct Parser<'a>(pub &'a str);
impl<'a> Parser<'a> {
    pub fn each<T, F>(&mut self, mut f: F) -> T
    where
        F: FnMut(&mut Parser<'a>) -> T,
    {
        f(self)
    }
}
