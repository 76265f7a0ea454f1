pub fn f(s: subject::S) -> Option<Box<subject::S>> {
    s.next
}
