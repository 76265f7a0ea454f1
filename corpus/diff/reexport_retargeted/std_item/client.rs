pub fn f() -> std::collections::HashMap<u8, u8> {
    subject::Map::new()
}
