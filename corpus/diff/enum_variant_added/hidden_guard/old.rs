pub enum E {
    A,
    #[doc(hidden)]
    __Nonexhaustive,
}
