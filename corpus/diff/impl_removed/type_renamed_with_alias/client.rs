use subject::Duration;
pub fn f(d: Duration) -> Duration {
    d.clone().twice() - Duration::new(1)
}
