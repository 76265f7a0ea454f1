//! The caches: their limit, what `doctor` says of them, how they empty, and a disk that is full.

use ripe_tests::{Served, release, snapshot};

fn project() -> Served {
    let served = Served::new(None);
    // Little to read, much to compile.
    let names: Vec<String> = (0..600).map(|n| format!("function_{n}")).collect();
    let lib = format!(
        "macro_rules! many {{ ($($name:ident)*) => {{ $(pub fn $name(x: u32) -> u32 {{ x }})* }} }}\nmany! {{ {} }}\n",
        names.join(" ")
    );
    served.publish(&release("a", "1.0.0", "2024-02-01T10:00:00Z", &lib));
    served.package("a = \"1\"\n", "pub fn f() -> u32 { a::function_1(1) }\n");
    served.cargo(&["generate-lockfile"]);
    served.publish(&release("a", "1.1.0", "2024-03-01T10:00:00Z", &lib));
    served
}

#[test]
fn doctor_names_every_cache_and_clean_empties_all() {
    let served = project();
    assert_eq!(served.ripe(&[]).code, 0);
    let others = served.cache().join("not ours");
    std::fs::write(&others, "kept").expect("a file");
    let doctor = served.ripe(&["doctor"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stderr);
    for words in [
        "cargo ",
        "rustdoc ",
        "git ",
        "curl ",
        "sandbox ",
        "models",
        "evidence",
        "resolutions",
        "kept below",
    ] {
        assert!(doctor.stdout.contains(words), "no `{words}`: {}", doctor.stdout);
    }
    let full = snapshot(served.cache());
    for name in ["models", "evidence", "resolutions"] {
        assert!(full.keys().any(|path| path.starts_with(served.cache().join(name))), "{name}");
    }
    let clean = served.ripe(&["clean"]);
    assert_eq!(clean.code, 0, "{}", clean.stderr);
    assert_eq!(snapshot(served.cache()).into_keys().collect::<Vec<_>>(), [others]);
}

#[test]
fn a_cache_that_cannot_be_written_to_is_named_by_doctor_and_stops_no_plan() {
    let served = project();
    // Not even root makes a folder below a file.
    std::fs::write(served.cache(), "no folder").expect("a file");
    let doctor = served.ripe(&["doctor"]);
    assert!(doctor.stdout.contains("cannot be written to"), "{}", doctor.stdout);
    let run = served.ripe(&["--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ripe_tests::update(&run.json(), "a", "1.1.0")["grade"], "uses");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_named_with_what_frees_it() {
    let served = project();
    served.cargo(&["fetch"]);
    let before = snapshot(&served.project());
    // Nothing fits: not even the copy of the lockfile.
    let run = served.ripe_on_a_full_disk(0, &[]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    for words in
        ["cannot ", "target/ripe", "File too large", "next: free some space", "cargo ripe clean"]
    {
        assert!(run.stderr.contains(words), "no `{words}`: {}", run.stderr);
    }
    // Room for the copy, and none for what is compiled: the plan comes out as far as it is known.
    let run = served.ripe_on_a_full_disk(64, &["--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = run.json();
    assert_ne!(ripe_tests::update(&report, "a", "1.1.0")["verdict"], "free", "{report}");
    let said = report["gaps"].to_string() + &report["notes"].to_string();
    assert!(said.contains("free some space"), "{said}");
    assert_eq!(before, snapshot(&served.project()), "nothing of the user's is touched");
    // With room again nothing of it is left over.
    let run = served.ripe(&["--format", "json"]);
    assert_eq!(ripe_tests::update(&run.json(), "a", "1.1.0")["verdict"], "free", "{}", run.stdout);
    let whole = snapshot(served.cache()).into_iter().all(|(path, bytes)| {
        !bytes.is_empty() && path.extension().is_none_or(|end| end != "tmp" && end != "new")
    });
    assert!(whole, "half-written files");
}
