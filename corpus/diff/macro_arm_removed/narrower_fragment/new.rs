#[macro_export]
macro_rules! m {
    ($a:literal) => {
        $a
    };
}
