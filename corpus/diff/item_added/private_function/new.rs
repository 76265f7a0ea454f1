pub fn a() {}
#[allow(dead_code)]
fn b() {}
