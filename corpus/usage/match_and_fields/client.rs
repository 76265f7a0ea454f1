use dep::{Kind, Point, Shape};

pub fn all(shape: &Shape) -> u32 {
    match &shape.kind {
        Kind::Small => 1,
        Kind::Wide { width } => *width,
        Kind::Named(name) => name.len() as u32,
    }
}

pub fn some(kind: Kind) -> bool {
    match kind {
        Kind::Small => true,
        _ => false,
    }
}

pub fn moved(p: Point) -> Point {
    let Point { x, .. } = p;
    Point { x: x + 1, y: p.y }
}

pub fn first(shapes: Vec<Shape>) -> Option<i32> {
    shapes.iter().find(|s| s.kind == Kind::Small).map(|s| s.at.x)
}
