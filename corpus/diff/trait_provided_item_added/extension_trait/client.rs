use subject::Ext;
pub trait Mine {
    fn shout(&self) {}
}
impl Mine for u8 {}
pub fn f(x: u8) {
    x.shout();
    x.a()
}
