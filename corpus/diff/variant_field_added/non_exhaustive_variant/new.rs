pub enum E {
    #[non_exhaustive]
    A { x: u8, y: u8 },
}
