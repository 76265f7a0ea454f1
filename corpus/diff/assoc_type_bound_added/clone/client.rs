pub struct N;
pub struct C;
impl subject::T for C {
    type A = N;
}
