pub struct S<'a>(pub &'a u8);
