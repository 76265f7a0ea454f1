#[derive(Clone)]
pub struct Stream {}
impl Stream {
    pub fn new() -> Stream {
        Stream {}
    }
}
pub struct Mark;
