pub struct A {}
