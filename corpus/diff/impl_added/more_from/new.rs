pub struct S;
impl From<u8> for S {
    fn from(_: u8) -> S {
        S
    }
}
impl From<u16> for S {
    fn from(_: u16) -> S {
        S
    }
}
