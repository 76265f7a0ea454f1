pub struct Map<K, S = u8>(pub K, pub S);
pub struct Plain<T>(pub T);
