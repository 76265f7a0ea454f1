pub use dep;
pub fn f() -> dep::Texts {
    dep::Pair(String::new(), String::new())
}
