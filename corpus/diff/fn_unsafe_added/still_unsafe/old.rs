pub unsafe fn a() {}
