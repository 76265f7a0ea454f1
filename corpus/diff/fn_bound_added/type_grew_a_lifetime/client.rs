pub struct Holder(pub subject::Parser);
fn two(_: &mut subject::Parser) -> u8 {
    2
}
pub fn w(p: &mut subject::Parser) -> u8 {
    p.each(|_| 1) + p.each(two)
}
