pub struct Map<K, S = u8>(pub K, pub S);
pub struct Plain<T>(pub T);
pub struct Held<'a>(&'a u8);
impl<'a> Held<'a> { pub fn new() -> Held<'static> { Held(&1) } }
