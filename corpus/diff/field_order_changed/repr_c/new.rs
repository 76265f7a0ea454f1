#[repr(C)]
pub struct S {
    pub b: u16,
    pub a: u8,
}
