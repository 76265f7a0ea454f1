pub struct S<T = u8>(pub T);
