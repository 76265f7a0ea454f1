use std::os::fd::{AsFd, AsRawFd};

pub fn splice<F: AsFd>(fd: F) -> i32 {
    fd.as_fd().as_raw_fd()
}
pub trait Print {
    fn print(&self) -> u8;
}
pub struct Text;
impl Print for Text {
    fn print(&self) -> u8 {
        0
    }
}
pub fn print(x: impl Print) -> u8 {
    x.print()
}
