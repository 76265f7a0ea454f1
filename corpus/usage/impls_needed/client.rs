use dep::{Flags, Guard};

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub flags: Option<Flags>,
}

pub fn both() -> Flags {
    Flags::A | Flags::A
}

pub fn same(a: &Settings, b: &Settings) -> bool {
    a.flags == b.flags
}

pub fn first(guard: &Guard) -> Option<Flags> {
    for flag in guard.iter() {
        return Some(flag.clone());
    }
    None
}

pub fn made(n: u32) -> Flags {
    n.into()
}
