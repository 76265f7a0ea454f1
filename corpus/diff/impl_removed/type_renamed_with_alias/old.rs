#[derive(Clone, Copy, PartialEq)]
pub struct Duration {
    secs: u64,
}
impl Duration {
    pub fn new(secs: u64) -> Duration {
        Duration { secs }
    }
    pub fn twice(&self) -> Duration {
        Duration { secs: self.secs * 2 }
    }
}
impl std::ops::Sub for Duration {
    type Output = Duration;
    fn sub(self, rhs: Duration) -> Duration {
        Duration { secs: self.secs - rhs.secs }
    }
}
