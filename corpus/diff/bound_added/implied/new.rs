pub struct S<T: Copy + Clone>(pub T);
