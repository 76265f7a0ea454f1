pub struct A(pub u8);
