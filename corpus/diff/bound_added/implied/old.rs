pub struct S<T: Copy>(pub T);
