pub struct State {
    on: bool,
}
impl State {
    pub fn is_on(&self) -> bool {
        self.on
    }
    pub fn toggle(&mut self) {
        self.on = !self.on;
    }
}
