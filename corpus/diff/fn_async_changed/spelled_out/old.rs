pub async fn a() -> u8 {
    1
}
