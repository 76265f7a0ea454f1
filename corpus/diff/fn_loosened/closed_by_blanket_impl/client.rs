use subject::Tools;
pub fn f() -> u8 {
    [1].iter().product_of()
}
