#[cfg(unix)]
fn name() -> i32 {
    libc::EPERM
}

#[cfg(windows)]
fn name() -> i32 {
    winapi::ERROR_ACCESS_DENIED as i32
}

#[cfg(feature = "small")]
fn numbers() -> usize {
    smallvec::SmallVec::from([1, 2, 3]).len()
}

#[cfg(not(feature = "small"))]
fn numbers() -> usize {
    3
}

fn main() {
    println!("{} {}", name(), numbers());
}
