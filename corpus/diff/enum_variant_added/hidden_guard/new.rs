pub enum E {
    A,
    B,
    #[doc(hidden)]
    __Nonexhaustive,
}
