pub struct A;
pub struct B;
