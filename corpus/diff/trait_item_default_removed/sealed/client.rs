pub fn f(t: &dyn subject::T) {
    t.a()
}
