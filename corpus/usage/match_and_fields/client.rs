use dep::{Kind, Level, Point, Shape};

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

pub fn outside(found: Result<u8, Kind>) -> u8 {
    match found {
        Ok(n) => n,
        Err(kind) => all_of(kind),
    }
}

fn all_of(_: Kind) -> u8 {
    0
}

pub fn inside(found: Result<u8, Kind>) -> u8 {
    match found {
        Ok(n) => n,
        Err(Kind::Small) => 1,
        Err(Kind::Wide { .. } | Kind::Named(_)) => 2,
    }
}

pub fn partly(found: Option<Kind>) -> u8 {
    match found {
        None => 0,
        Some(Kind::Small) => 1,
        Some(_) => 2,
    }
}

pub fn number(level: Level) -> u8 {
    level as u8 + Level::Low as u8
}
