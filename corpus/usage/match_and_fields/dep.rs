#[derive(Clone, Debug, PartialEq)]
pub enum Kind { Small, Wide { width: u32 }, Named(String) }
pub struct Point { pub x: i32, pub y: i32 }
pub struct Shape { pub kind: Kind, pub at: Point }
pub enum Level { Low, High }
