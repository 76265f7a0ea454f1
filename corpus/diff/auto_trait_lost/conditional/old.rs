pub struct S<T> {
    #[allow(dead_code)]
    a: Option<std::marker::PhantomData<fn() -> T>>,
}
