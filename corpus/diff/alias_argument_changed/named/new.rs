#[derive(Default, Clone)]
pub struct A;
#[derive(Default, Clone)]
pub struct B;
#[derive(Default)]
pub struct Map<K, S> {
    pub key: K,
    state: S,
}
impl<K, S> Map<K, S> {
    pub fn state(&self) -> &S {
        &self.state
    }
}
pub type Alias<K> = Map<K, B>;
