pub struct S<T, U = u8>(pub T, std::marker::PhantomData<U>);
