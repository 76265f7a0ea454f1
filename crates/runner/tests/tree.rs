//! Real process trees are run, watched and killed.
#![cfg(target_os = "linux")]

use std::fs;
use std::time::{Duration, Instant};

use ripe_runner::{CancelToken, End, Env, Outcome, Run, RunError, Stream, run};

fn sh(script: &str) -> Run {
    Run::new("/bin/sh", "/", Env::new()).args(["-c", script]).env("PATH", "/usr/bin:/bin")
}

fn finish(run_it: &Run) -> Outcome {
    run(run_it, &CancelToken::new(), &mut |_, _| {}).expect("it runs")
}

/// How many processes were started with this as an argument.
fn running(marker: &str) -> usize {
    fs::read_dir("/proc")
        .expect("procfs")
        .flatten()
        .filter(|entry| {
            fs::read(entry.path().join("cmdline"))
                .is_ok_and(|line| line.split(|&byte| byte == 0).any(|arg| arg == marker.as_bytes()))
        })
        .count()
}

/// A length of sleep that nobody else sleeps.
fn marker(test: u32) -> String {
    format!("{}.{test}", 100_000 + std::process::id())
}

/// Starts two sleepers, one of which left the session and its parent, then waits.
fn family(marker: &str) -> String {
    format!("setsid sh -c 'sleep {marker} & exec sleep {marker}' & echo up; sleep {marker}")
}

#[test]
fn the_end_is_passed_on() {
    let check = |script, end| assert_eq!(finish(&sh(script)).end, end, "{script}");
    check("exit 0", End::Exited(0));
    check("exit 77", End::Exited(77));
    check("kill -SEGV $$", End::Signalled(libc::SIGSEGV));
    check("kill -KILL $$", End::Signalled(libc::SIGKILL));
}

#[test]
fn the_environment_is_exactly_the_one_given() {
    let run_it = Run::new("/usr/bin/env", "/", Env::new()).env("ONE", "1").env("TWO", "2");
    assert_eq!(String::from_utf8_lossy(&finish(&run_it).stdout), "ONE=1\nTWO=2\n");
}

#[test]
fn lines_come_while_it_runs_from_both_streams() {
    let mut lines = Vec::new();
    let token = CancelToken::new();
    // It would wait forever for its own end; the second line ends it.
    let script = sh("echo one; echo two >&2; sleep 100000");
    let outcome = run(&script, &token.clone(), &mut |stream, line| {
        lines.push((stream, line.to_owned()));
        if lines.len() == 2 {
            token.cancel();
        }
    })
    .expect("it runs");
    lines.sort_by_key(|(_, line)| line.clone());
    let expected = [(Stream::Stdout, "one".to_owned()), (Stream::Stderr, "two".to_owned())];
    assert_eq!(lines, expected);
    assert_eq!(outcome.end, End::Cancelled);
    assert_eq!((outcome.stdout, outcome.stderr), (b"one\n".to_vec(), b"two\n".to_vec()));
}

#[test]
fn cancelling_leaves_nothing_of_the_tree() {
    let (marker, token) = (marker(1), CancelToken::new());
    let mut seen = 0;
    let outcome = run(&sh(&family(&marker)), &token.clone(), &mut |_, _| {
        while running(&marker) < 3 {
            std::thread::yield_now();
        }
        seen = running(&marker);
        token.cancel();
    })
    .expect("it runs");
    assert_eq!(outcome.end, End::Cancelled);
    assert_eq!(seen, 3);
    assert_eq!(running(&marker), 0);
}

#[test]
fn the_time_limit_leaves_nothing_of_the_tree() {
    let marker = marker(2);
    let mut run_it = sh(&family(&marker));
    run_it.time_limit = Some(Duration::from_millis(400));
    let started = Instant::now();
    assert_eq!(finish(&run_it).end, End::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(60));
    assert_eq!(running(&marker), 0);
}

#[test]
fn what_is_left_behind_at_the_end_is_killed_too() {
    let marker = marker(3);
    let script = format!("setsid sleep {marker} >/dev/null 2>&1 & setsid sleep {marker} & exit 3");
    assert_eq!(finish(&sh(&script)).end, End::Exited(3));
    assert_eq!(running(&marker), 0);
}

#[test]
fn who_closes_its_output_is_still_waited_for_and_limited() {
    let mut run_it = sh("exec >&- 2>&-; sleep 0.2; exit 4");
    assert_eq!(finish(&run_it).end, End::Exited(4));
    run_it = sh("exec >&- 2>&-; sleep 100000");
    run_it.time_limit = Some(Duration::from_millis(200));
    assert_eq!(finish(&run_it).end, End::TimedOut);
}

#[test]
fn nothing_survives_our_own_death() {
    const INNER: &str = "RIPE_TEST_INNER";
    if let Ok(marker) = std::env::var(INNER) {
        // This is the process that will be killed.
        finish(&sh(&family(&marker)));
        return;
    }
    let marker = marker(4);
    let mut inner = std::process::Command::new(std::env::current_exe().expect("a program"))
        .args(["--exact", "nothing_survives_our_own_death", "--nocapture"])
        .env(INNER, &marker)
        .spawn()
        .expect("it starts");
    while running(&marker) < 3 {
        std::thread::yield_now();
    }
    inner.kill().expect("killed");
    inner.wait().expect("ended");
    let started = Instant::now();
    while running(&marker) > 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "it outlived us");
        std::thread::yield_now();
    }
}

#[test]
fn processor_time_is_that_of_the_whole_tree() {
    let burn = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
    let alone = finish(&sh(burn)).cpu;
    let below = finish(&sh(&format!("sh -c '{burn}' & sh -c '{burn}' & wait"))).cpu;
    assert!(alone > Duration::from_millis(20), "{alone:?}");
    assert!(below > alone, "two below: {below:?}, one alone: {alone:?}");
}

#[test]
fn what_cannot_start_is_an_error_that_names_it() {
    let missing = Run::new("/no/such/program", "/", Env::new());
    let error = run(&missing, &CancelToken::new(), &mut |_, _| {}).expect_err("not there");
    assert!(matches!(error, RunError::Start { .. }));
    assert_eq!(error.to_string(), "cannot start /no/such/program");
}

#[test]
fn a_flood_is_cut_at_the_limit() {
    let mut run_it = sh("yes | head -c 3000000");
    run_it.capture_limit = 1000;
    let outcome = finish(&run_it);
    assert!(outcome.success());
    assert_eq!(outcome.stdout.len(), 1000);
}
