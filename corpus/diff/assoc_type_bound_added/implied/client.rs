pub struct C;
impl subject::T for C {
    type A = u8;
}
