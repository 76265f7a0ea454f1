pub fn f<X: subject::T<u8>>(_: X) {}
