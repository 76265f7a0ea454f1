fn main() {
    println!("{:?}", memchr::memchr(b'o', b"program"));
}
