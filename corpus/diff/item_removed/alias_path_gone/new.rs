pub mod inner {
    pub struct A;
}
