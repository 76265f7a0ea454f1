pub trait Extra: Iterator + Sized {
    fn every(self, _: usize) -> Vec<Self::Item> { self.collect() }
}
impl<I: Iterator> Extra for I {}
pub trait Shape { const SIDES: u32; type Unit; fn area(&self) -> f64; fn name(&self) -> String { String::new() } }
