pub struct S;
impl From<u8> for S {
    fn from(_: u8) -> S {
        S
    }
}
