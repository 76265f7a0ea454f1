#[repr(C, packed)]
pub struct S {
    pub a: u8,
    pub b: u32,
}
