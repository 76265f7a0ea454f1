pub struct S {
    pub a: std::collections::BTreeMap<u8, u8>,
}
