pub fn f() -> subject::Named {
    let named: subject::Named = subject::make();
    println!("{named:?}");
    named
}
