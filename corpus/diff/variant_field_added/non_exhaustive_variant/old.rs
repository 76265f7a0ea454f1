pub enum E {
    #[non_exhaustive]
    A { x: u8 },
}
