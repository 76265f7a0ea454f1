bitflags::bitflags! {
    struct Old: u32 {
        const A = 1;
    }
}

bitflags2::bitflags! {
    struct New: u32 {
        const A = 1;
    }
}

fn main() {
    println!("{} {}", Old::A.bits(), New::A.bits());
}
