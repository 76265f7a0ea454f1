pub struct S<T>(pub T);
