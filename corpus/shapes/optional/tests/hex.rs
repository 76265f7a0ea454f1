use hex::ToHex;

#[test]
fn letters_become_numbers() {
    let mut text = String::new();
    "ab".write_hex(&mut text).expect("a string takes everything");
    assert_eq!(text, "6162");
}
