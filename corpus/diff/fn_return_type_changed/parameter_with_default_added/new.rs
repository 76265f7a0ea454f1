use std::collections::hash_map::RandomState;
pub struct Unique<I, S = RandomState> {
    inner: I,
    state: S,
}
pub trait Extra: Iterator + Sized {
    fn unique(self) -> Unique<Self> {
        Unique { inner: self, state: RandomState::new() }
    }
    fn unique_with<S>(self, state: S) -> Unique<Self, S> {
        Unique { inner: self, state }
    }
}
impl<I: Iterator> Extra for I {}
