pub mod inner { pub struct Deep; impl Deep { pub fn go(&self) -> u8 { 1 } } pub const LIMIT: u8 = 3; }
pub use inner::Deep;
#[macro_export]
macro_rules! twice { ($e:expr) => { ($e, $e) }; }
