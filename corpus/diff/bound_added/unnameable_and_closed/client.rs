pub struct W {
    pub s: subject::S<u8>,
}
pub fn f(w: &W) -> (u8, W) {
    (*w.s.get(), W { s: subject::S::new(1).clone() })
}
