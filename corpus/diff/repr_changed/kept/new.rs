#[repr(C)]
#[derive(Debug)]
pub struct S {
    pub a: u8,
}
