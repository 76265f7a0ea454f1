pub const N: &str = "";
