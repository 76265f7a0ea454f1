pub trait T {}
impl T for [u8; 1] {}
impl T for [u8; 2] {}
