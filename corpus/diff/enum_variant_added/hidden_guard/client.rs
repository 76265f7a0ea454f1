pub fn f(e: subject::E) {
    match e {
        subject::E::A => {}
        _ => {}
    }
}
