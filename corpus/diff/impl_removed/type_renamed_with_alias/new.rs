pub type Duration = TimeDelta;
#[derive(Clone, Copy, PartialEq)]
pub struct TimeDelta {
    secs: u64,
}
impl TimeDelta {
    pub fn new(secs: u64) -> TimeDelta {
        TimeDelta { secs }
    }
    pub fn twice(&self) -> TimeDelta {
        TimeDelta { secs: self.secs * 2 }
    }
}
impl std::ops::Sub for TimeDelta {
    type Output = TimeDelta;
    fn sub(self, rhs: TimeDelta) -> TimeDelta {
        TimeDelta { secs: self.secs - rhs.secs }
    }
}
