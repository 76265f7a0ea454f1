pub trait T<A, B> {}
