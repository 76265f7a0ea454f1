#[derive(subject::D)]
pub struct S {
    #[help]
    pub a: u8,
}
