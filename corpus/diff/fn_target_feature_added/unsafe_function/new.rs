#[target_feature(enable = "avx2")]
pub unsafe fn a() {}
