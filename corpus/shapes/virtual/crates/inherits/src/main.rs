fn main() {
    let mut text = String::new();
    itoa::fmt(&mut text, states::number()).expect("a string takes everything");
    println!("{text}");
}
