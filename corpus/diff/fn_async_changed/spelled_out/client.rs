pub async fn f() -> u8 {
    subject::a().await
}
