#[allow(deprecated)]
pub fn f() {
    subject::a()
}
