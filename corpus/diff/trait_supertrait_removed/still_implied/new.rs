pub trait T: Copy {}
