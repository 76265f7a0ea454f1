pub fn f(a: subject::A) {
    a.go()
}
