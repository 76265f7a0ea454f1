pub struct S<T>(pub T)
where
    T: Copy;
