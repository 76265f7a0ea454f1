#[allow(dead_code)]
pub enum Either<L, R> {
    Left(L),
    Right(R),
}
#[allow(clippy::from_over_into)]
impl<L, R> Into<Result<R, L>> for Either<L, R> {
    fn into(self) -> Result<R, L> {
        match self {
            Either::Left(l) => Err(l),
            Either::Right(r) => Ok(r),
        }
    }
}
