//! Real children try to get out of the sandbox. Each attempt is also made without one, so that a
//! test cannot pass because the attempt itself is broken.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use ripe_runner::{CancelToken, Env, Level, Mode, Outcome, Run, RunError, Sandbox, run};

/// The variables that tell a child what to try. The child is this test program again.
const ATTEMPT: &str = "RIPE_TEST_ATTEMPT";
const ON: &str = "RIPE_TEST_ON";

/// In a child: makes the attempt and prints what came of it. As a test of its own it does nothing.
#[test]
fn child() {
    let Ok(attempt) = std::env::var(ATTEMPT) else { return };
    let on = std::env::var(ON).unwrap_or_default();
    let number = || on.parse::<i32>().expect("a number");
    let code = |result: libc::c_long| {
        if result < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
    };
    let result = match attempt.as_str() {
        "read" => fs::File::open(&on).and_then(|mut file| file.read(&mut [0; 8])).map(drop),
        "list" => fs::read_dir(&on).map(drop),
        "write" => fs::write(&on, "x"),
        "append" => fs::OpenOptions::new().append(true).open(&on).map(drop),
        "remove" => fs::remove_file(&on),
        "rename" => fs::rename(&on, format!("{on}.moved")),
        "link" => fs::hard_link(&on, std::env::temp_dir().join("linked")),
        // SAFETY: the path ends in a zero.
        "truncate" => {
            code(unsafe { libc::truncate(std::ffi::CString::new(on).expect("a path").as_ptr(), 0) }
                as libc::c_long)
        }
        "run" => std::process::Command::new(&on).status().map(drop),
        "tcp" => TcpStream::connect(&on).map(drop),
        "listen" => TcpListener::bind("127.0.0.1:0").map(drop),
        "udp" => {
            UdpSocket::bind("127.0.0.1:0").and_then(|socket| socket.send_to(b"x", &on)).map(drop)
        }
        "unix" => UnixStream::connect(&on).map(drop),
        "pair" => UnixStream::pair().map(drop),
        // SAFETY: system calls with numbers and null pointers only.
        "netlink" => code(unsafe { libc::socket(libc::AF_NETLINK, libc::SOCK_RAW, 0) }.into()),
        // SAFETY: as above.
        "x32 socket" => code(unsafe {
            libc::syscall(0x4000_0000 + libc::SYS_socket, libc::AF_INET, libc::SOCK_STREAM, 0)
        }),
        // SAFETY: as above.
        "io_uring" => {
            let params = [0u8; 120];
            code(unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, params.as_ptr()) })
        }
        // SAFETY: as above.
        "ptrace" => code(unsafe {
            libc::ptrace(libc::PTRACE_SEIZE, number(), std::ptr::null_mut::<u8>(), 0)
        }),
        // SAFETY: as above.
        "signal" => code(unsafe { libc::kill(number(), 0) }.into()),
        // SAFETY: the path ends in a zero; the device is a terminal that does nothing.
        "device" => code(unsafe {
            let path = std::ffi::CString::new(on).expect("a path");
            libc::mknod(path.as_ptr(), libc::S_IFCHR | 0o600, libc::makedev(5, 0)).into()
        }),
        // SAFETY: as above.
        "unshare" => code(unsafe { libc::unshare(libc::CLONE_NEWNS) }.into()),
        other => panic!("unknown attempt {other}"),
    };
    match result {
        Ok(()) => println!("[allowed]"),
        Err(error) => println!("[denied {}]", error.raw_os_error().unwrap_or_default()),
    }
}

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["inside", "outside"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            fs::write(folder.path().join(name).join("file"), "content").expect("a file");
        }
        Place { folder }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn run(&self, mode: Mode, attempt: &str, on: &str) -> Outcome {
        let program = std::env::current_exe().expect("a program");
        let inside = self.folder.path().join("inside");
        let sandbox = Sandbox::new(mode).read(program.parent().expect("a folder")).write(&inside);
        let run_it = Run::new(&program, &inside, Env::new())
            .args(["--exact", "child", "--nocapture"])
            .env("TMPDIR", &inside)
            .env(ATTEMPT, attempt)
            .env(ON, on)
            .sandboxed(sandbox);
        run(&run_it, &CancelToken::new(), &mut |_, _| {}).expect("it runs")
    }

    fn attempt(&self, mode: Mode, attempt: &str, on: &str) -> String {
        let outcome = self.run(mode, attempt, on);
        let stdout = String::from_utf8_lossy(&outcome.stdout).into_owned();
        let word = stdout.split(['[', ']']).nth(1).map(str::to_owned);
        word.unwrap_or_else(|| panic!("{attempt}: {stdout} {}", outcome.stderr_text()))
    }

    /// The attempt succeeds without a sandbox, and fails in it.
    #[track_caller]
    fn denied(&self, attempt: &str, on: &str) {
        self.denied_only(attempt, on);
        assert_eq!(self.attempt(Mode::Off, attempt, on), "allowed", "{attempt} {on}");
    }

    /// The attempt fails in the sandbox, for want of permission.
    #[track_caller]
    fn denied_only(&self, attempt: &str, on: &str) {
        let said = self.attempt(Mode::Require, attempt, on);
        let errors = [libc::EACCES, libc::EPERM, libc::EXDEV];
        let denied = errors.iter().any(|error| said == format!("denied {error}"));
        assert!(denied, "{attempt} {on}: {said}");
    }

    #[track_caller]
    fn allowed(&self, attempt: &str, on: &str) {
        assert_eq!(self.attempt(Mode::Require, attempt, on), "allowed", "{attempt} {on}");
    }
}

/// Whether this system has what the tests are about; where it has not, that a sandbox cannot be
/// required is all that can be tested.
fn offered() -> bool {
    if Level::offered().is_complete() {
        return true;
    }
    let required = Sandbox::new(Mode::Require).level();
    assert!(matches!(required, Err(RunError::NoSandbox { .. })), "{required:?}");
    false
}

#[test]
fn files_outside_can_be_neither_read_nor_changed() {
    if !offered() {
        return;
    }
    let place = Place::new();
    let file = place.path("outside/file");
    place.denied("read", &file);
    place.denied("list", &place.path("outside"));
    place.denied("write", &place.path("outside/new"));
    place.denied("append", &file);
    place.denied("link", &file);
    place.denied("truncate", &file);
    fs::write(&file, "content").expect("written");
    place.denied_only("write", &file);
    place.denied_only("remove", &file);
    place.denied_only("rename", &file);
    assert_eq!(fs::read_to_string(&file).expect("there"), "content");
    std::os::unix::fs::symlink(&file, place.path("inside/link")).expect("a link");
    place.denied("read", &place.path("inside/link"));
}

#[test]
fn files_inside_can_be_used() {
    if !offered() {
        return;
    }
    let place = Place::new();
    for attempt in ["read", "append", "truncate", "rename"] {
        place.allowed(attempt, &place.path("inside/file"));
    }
    place.allowed("write", &place.path("inside/new"));
    place.allowed("remove", &place.path("inside/new"));
    place.allowed("read", "/etc/passwd");
    place.allowed("write", "/dev/null");
    place.allowed("run", "/bin/true");
    place.allowed("pair", "");
}

#[test]
fn credentials_and_the_home_folder_stay_closed() {
    if !offered() {
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    for folder in [".ssh", ".cargo", ".cargo/registry"] {
        fs::create_dir(home.path().join(folder)).expect("a folder");
    }
    let file = |name: &str| home.path().join(name);
    for name in [".ssh/id_ed25519", ".cargo/credentials.toml", ".cargo/registry/a", ".netrc"] {
        fs::write(file(name), "secret").expect("a file");
    }
    let open = |name: &str| {
        let sandbox = Sandbox::new(Mode::Require).read(file(".cargo/registry"));
        let cat = Run::new("/bin/cat", "/", Env::new()).arg(file(name)).sandboxed(sandbox);
        run(&cat, &CancelToken::new(), &mut |_, _| {}).expect("it runs").success()
    };
    assert!(open(".cargo/registry/a"));
    assert!(!open(".cargo/credentials.toml"));
    assert!(!open(".ssh/id_ed25519"));
    assert!(!open(".netrc"));
}

#[test]
fn the_network_is_closed() {
    if !offered() {
        return;
    }
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("an address").to_string();
    place.denied("tcp", &address);
    place.denied("listen", "");
    place.denied("udp", &address);
    place.denied("netlink", "");
    let socket = place.path("inside/socket");
    let _listener = UnixListener::bind(&socket).expect("a socket");
    place.denied("unix", &socket);
}

#[test]
fn side_doors_are_closed() {
    if !offered() {
        return;
    }
    let place = Place::new();
    let me = std::process::id().to_string();
    place.denied_only("io_uring", "");
    place.denied_only("unshare", "");
    place.denied_only("device", &place.path("inside/device"));
    place.denied("signal", &me);
    place.denied_only("ptrace", &me);
    place.denied("read", &format!("/proc/{me}/environ"));
    place.denied_only("read", &format!("/proc/{me}/root/etc/passwd"));
    let said = place.attempt(Mode::Require, "x32 socket", "");
    assert!(said.starts_with("denied"), "{said}");
}

#[test]
fn the_level_says_what_held() {
    let place = Place::new();
    let off = place.run(Mode::Off, "pair", "").level;
    assert_eq!(off.to_string(), "none: switched off");
    if offered() {
        let level = place.run(Mode::Auto, "pair", "").level;
        assert_eq!(level.to_string(), "landlock+seccomp");
        assert_eq!(level, Level::offered());
    }
    assert_eq!(Level::default().to_string(), "none: no sandbox on this system");
}

#[test]
fn folders_that_do_not_exist_are_no_obstacle() {
    let sandbox = Sandbox::new(Mode::Auto).read(Path::new("/no/such")).write(PathBuf::from("/nor"));
    let run_it = Run::new("/bin/true", "/", Env::new()).sandboxed(sandbox);
    let outcome = run(&run_it, &CancelToken::new(), &mut |_, _| {}).expect("it runs");
    assert!(outcome.success());
}
