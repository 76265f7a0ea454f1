pub struct H {
    pub s: subject::S<u8>,
}
