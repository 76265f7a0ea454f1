pub type Map = std::collections::BTreeMap<u8, u8>;
pub struct S {
    pub a: Map,
}
