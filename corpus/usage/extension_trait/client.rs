use dep::{Extra as _, Shape};

pub fn second(v: &[u8]) -> usize {
    v.iter().every(2).len()
}

pub struct Square(f64);

impl Shape for Square {
    const SIDES: u32 = 4;
    type Unit = f64;
    fn area(&self) -> f64 {
        self.0 * self.0
    }
}

pub fn total<S: Shape>(shapes: &[S]) -> f64 {
    shapes.iter().map(|s| s.area()).sum::<f64>() * S::SIDES as f64
}

pub fn named(shape: impl Shape<Unit = f64>) -> String {
    shape.name()
}
