pub fn f() -> subject::m::D {
    subject::make()
}
