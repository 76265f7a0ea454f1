#[unsafe(export_name = "two")]
pub extern "C" fn a() {}
