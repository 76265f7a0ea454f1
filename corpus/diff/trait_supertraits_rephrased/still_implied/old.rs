pub trait T: Copy + Clone {}
