pub fn all(info: subject::Info) -> i32 {
    let number: i32 = subject::FILENO;
    let same: subject::c_int = number;
    let _: std::io::Result<u8> = subject::write();
    same + info.len + unsafe { subject::first(&info) }
}
