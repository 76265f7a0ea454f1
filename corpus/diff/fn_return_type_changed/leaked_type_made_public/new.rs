pub mod other {
    pub struct Days(pub(crate) u8);
    impl Iterator for Days {
        type Item = u8;
        fn next(&mut self) -> Option<u8> {
            self.0.checked_sub(1)
        }
    }
}
pub fn days() -> other::Days {
    other::Days(1)
}
