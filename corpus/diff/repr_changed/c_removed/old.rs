#[repr(C)]
pub struct S {
    pub a: u8,
}
