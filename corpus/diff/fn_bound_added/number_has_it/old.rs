pub fn splice(fd: i32) -> i32 {
    fd
}
pub fn print(x: u8) -> u8 {
    x
}
