// What another item answers becomes ambiguous if a trait in scope gets an item of that name.
use dep::{Ext, Number, OfText as _};

pub trait Mine {
    const WIDTH: usize = 1;
    fn shout(&self) {}
    fn make() {}
}
impl Mine for u8 {}
impl Mine for str {}

pub struct Own;
impl Own {
    pub fn shout(&self) {}
}

pub fn f(byte: u8, text: &str, own: Own) {
    byte.shout();
    text.shout();
    byte.first();
    // Its own: never ambiguous.
    own.shout();
}

pub fn of_a_parameter<T: Number + Mine>(t: T) {
    t.shout();
    T::make();
    let _ = T::WIDTH;
}

pub mod elsewhere {
    use super::Mine;

    pub fn f(byte: u8) {
        byte.shout();
    }
}
