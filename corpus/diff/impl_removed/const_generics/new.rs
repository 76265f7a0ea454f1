pub trait T {}
impl<const N: usize> T for [u8; N] {}
