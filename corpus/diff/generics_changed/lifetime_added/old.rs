pub struct S(pub u8);
