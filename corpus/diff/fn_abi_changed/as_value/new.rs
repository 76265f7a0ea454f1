pub extern "system" fn a() {}
