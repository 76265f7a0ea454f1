pub fn f() -> subject::Alias<u8> {
    let map: subject::Alias<u8> = Default::default();
    let _ = map.key + 1;
    map
}
