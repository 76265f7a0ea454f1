pub fn f(s: subject::S) -> Box<dyn FnOnce()> {
    Box::new(|| s.a())
}
