use subject::{Extra, Unique};
pub fn f(bytes: std::vec::IntoIter<u8>) -> Unique<std::vec::IntoIter<u8>> {
    bytes.unique()
}
