#[repr(C)]
#[derive(Default)]
pub struct Frame {
    pub id: u32,
    reserved: [u8; 2],
    pub data: [u8; 8],
}
