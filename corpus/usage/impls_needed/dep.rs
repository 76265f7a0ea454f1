#[derive(Debug, Clone, PartialEq)]
pub struct Flags(u32);
impl Flags { pub const A: Flags = Flags(1); }
impl std::ops::BitOr for Flags { type Output = Flags; fn bitor(self, o: Flags) -> Flags { Flags(self.0 | o.0) } }
pub struct Guard(Vec<Flags>);
impl Guard { pub fn new() -> Guard { Guard(Vec::new()) } }
impl std::ops::Deref for Guard { type Target = Vec<Flags>; fn deref(&self) -> &Vec<Flags> { &self.0 } }
impl From<u32> for Flags { fn from(n: u32) -> Flags { Flags(n) } }
