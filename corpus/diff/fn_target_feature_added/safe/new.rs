#[target_feature(enable = "avx2")]
pub fn a() {}
