#[macro_export]
macro_rules! m {
    ($a:expr) => {
        $a
    };
}
