pub struct S<U = u8>(pub U);
