fn main() {
    let mut text = String::new();
    itoa::fmt(&mut text, 8).expect("a string takes everything");
    println!("{} {text}", env!("SEVEN"));
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_small() {
        assert!(fastrand::u8(..10) < 10);
    }
}
