fn main() {
    let mut text = String::new();
    short_int::fmt(&mut text, 8).expect("a string takes everything");
    println!("{text}");
}
