pub fn f() {
    unsafe { subject::a() }
}
