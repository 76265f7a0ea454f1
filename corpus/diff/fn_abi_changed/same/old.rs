pub extern "C" fn a() {}
