pub struct S {}
