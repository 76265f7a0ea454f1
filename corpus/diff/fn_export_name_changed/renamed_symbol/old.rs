#[unsafe(export_name = "one")]
pub extern "C" fn a() {}
