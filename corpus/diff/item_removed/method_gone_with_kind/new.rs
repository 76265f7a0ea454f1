#[non_exhaustive]
pub enum State {
    On,
    Off,
}
impl State {
    pub fn is_on(&self) -> bool {
        matches!(self, State::On)
    }
}
