pub fn a() -> impl Future<Output = u8> {
    async { 1 }
}
