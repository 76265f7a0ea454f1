#[macro_export]
macro_rules! m { ($($x:expr),* $(,)?) => { [$($x),*] }; }
