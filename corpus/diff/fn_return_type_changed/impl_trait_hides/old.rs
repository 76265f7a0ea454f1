pub fn a() -> Vec<u8> {
    vec![]
}
