//! Processor time of this process and of its children.

use std::time::Duration;

/// User and system time of this process and of all children that have ended and were waited for,
/// since the start. Zero where the system does not say.
pub fn cpu_time() -> Duration {
    #[cfg(unix)]
    {
        spent(libc::RUSAGE_SELF) + spent(libc::RUSAGE_CHILDREN)
    }
    #[cfg(not(unix))]
    Duration::ZERO
}

#[cfg(unix)]
fn spent(who: libc::c_int) -> Duration {
    // SAFETY: `rusage` is a struct of integers, for which all zeroes are a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer leads to a live `rusage` that nobody else uses.
    let code = unsafe { libc::getrusage(who, &raw mut usage) };
    if code != 0 {
        return Duration::ZERO;
    }
    let of = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
        let micros = u64::try_from(time.tv_usec).unwrap_or(0);
        Duration::from_secs(seconds) + Duration::from_micros(micros)
    };
    of(usage.ru_utime) + of(usage.ru_stime)
}

#[cfg(all(test, unix))]
mod tests {
    use super::cpu_time;

    #[test]
    fn work_shows_in_the_time() {
        let before = cpu_time();
        let mut sum = 0u64;
        while cpu_time() == before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(cpu_time() > before);
    }
}
