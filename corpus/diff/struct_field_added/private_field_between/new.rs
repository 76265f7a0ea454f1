#[repr(C)]
#[derive(Default)]
pub struct Frame {
    pub id: u32,
    reserved: u8,
    pub length: u8,
    pub data: [u8; 8],
}
