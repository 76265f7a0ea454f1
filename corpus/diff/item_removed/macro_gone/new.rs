#[allow(unused_macros)]
macro_rules! m {
    () => {};
}
