// A default stands for an argument that is left out.
use dep::{Map, Plain};

pub fn by_default(_: &Map<u8>) {}

pub fn named(_: &Map<u8, u16>, _: &Plain<u8>) {}

pub fn chosen(_: dep::Held<'static>) {}

pub fn left_out(_: &dep::Held) {
    dep::Held::new();
}
