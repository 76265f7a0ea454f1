fn main() {
    println!("{}", groesse::text(8));
}
