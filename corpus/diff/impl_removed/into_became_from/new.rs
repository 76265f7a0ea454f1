pub enum Either<L, R> {
    Left(L),
    Right(R),
}
impl<L, R> From<Either<L, R>> for Result<R, L> {
    fn from(either: Either<L, R>) -> Result<R, L> {
        match either {
            Either::Left(l) => Err(l),
            Either::Right(r) => Ok(r),
        }
    }
}
