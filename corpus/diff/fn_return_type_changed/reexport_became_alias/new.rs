#[doc(hidden)]
pub mod private {
    pub type Stream = dep::Stream;
}
pub mod shown {
    pub type Stream = dep::Stream;
}
pub trait Tokens {
    fn tokens(&self) -> dep::Stream;
    fn mark(&self) -> Option<dep::Mark>;
}
impl Tokens for dep::Stream {
    fn tokens(&self) -> dep::Stream {
        self.clone()
    }
    fn mark(&self) -> Option<dep::Mark> {
        None
    }
}
