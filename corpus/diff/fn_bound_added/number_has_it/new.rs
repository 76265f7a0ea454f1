use std::os::fd::AsRawFd;

pub fn splice<F: AsRawFd>(fd: F) -> i32 {
    fd.as_raw_fd()
}
pub trait Print {
    fn print(&self) -> u8;
}
pub type Byte = u8;
impl Print for Byte {
    fn print(&self) -> u8 {
        0
    }
}
pub fn print(x: impl Print) -> u8 {
    x.print()
}
