pub struct Pair<A, B>(pub A, pub B);
pub type Bytes<B = u8> = Pair<u8, B>;
pub type Texts = Pair<String, String>;
