pub trait T<A> {}
