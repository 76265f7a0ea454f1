pub const N: &'static str = "";
