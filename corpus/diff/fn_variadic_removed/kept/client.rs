pub fn f() {
    unsafe { subject::a(1, 2i32) }
}
