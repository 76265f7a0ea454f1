pub struct Flags(u8);
impl Flags {
    pub fn bits(&self) -> u8 {
        self.0
    }
}
