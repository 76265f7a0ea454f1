pub fn f(e: subject::Either<u8, u16>) -> Result<u16, u8> {
    e.into()
}
