mod prelude {
    pub use dep::*;
    pub use dep::inner as core_parts;
}

mod user {
    use super::prelude::*;

    pub fn go(d: &Deep) -> u8 {
        d.go().min(core_parts::LIMIT)
    }
}

mod shadowed {
    pub struct Deep;
    impl Deep {
        pub fn go(&self) -> u8 {
            0
        }
    }
    pub fn go(d: &Deep) -> u8 {
        d.go()
    }
}

macro_rules! going {
    ($d:expr) => {
        $d.go()
    };
}

pub fn pair(d: &dep::Deep) -> (u8, u8) {
    let limits = dep::twice!(dep::inner::LIMIT);
    println!("{}", d.go());
    (going!(d), limits.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn goes() {
        assert_eq!(dep::Deep.go(), 1);
    }
}

#[cfg(feature = "off")]
pub fn off() -> dep::Deep {
    dep::Deep
}

pub use user::go as by_user;
pub fn by_shadow() -> u8 {
    shadowed::go(&shadowed::Deep)
}
