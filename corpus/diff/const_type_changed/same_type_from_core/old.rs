#![allow(non_camel_case_types)]
pub type c_int = i32;
pub type c_char = i8;
pub const FILENO: c_int = 2;
pub struct Info {
    pub len: c_int,
}
pub unsafe fn first(text: *const Info) -> c_int {
    unsafe { (*text).len }
}
pub fn write() -> std::io::Result<u8> {
    Ok(1)
}
