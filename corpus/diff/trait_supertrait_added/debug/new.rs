pub trait T: std::fmt::Debug {}
