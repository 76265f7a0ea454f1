pub struct Flags {
    bits: u8,
}
impl Flags {
    pub fn bits(&self) -> u8 {
        self.bits
    }
    pub fn from_bits_unchecked(bits: u8) -> Flags {
        Flags { bits }
    }
}
