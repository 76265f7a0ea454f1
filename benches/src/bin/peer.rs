//! The comparison beside cargo-semver-checks: the same rustdoc JSON, in one run. Their user CPU and
//! peak memory, ours from the same JSON, and ours from cached models in this process.
//!
//! `cargo run --release -p ripe-benches --bin peer -- [--peer PATH] [--ours PATH] [--work DIR] [--only TEXT] [--runs N]`

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ripe_benches::document::{Features, document};
use ripe_benches::spend::{Spent, spend};
use ripe_benches::tools;
use ripe_rustdoc::{Cached, ModelCache, ModelKey, from_file};

/// Package, old version, new version, features.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    ("regex", "1.9.6", "1.10.6", "default"),
    ("libc", "0.2.150", "0.2.170", "default"),
    ("tokio", "1.35.1", "1.38.0", "full"),
    ("syn", "2.0.40", "2.0.90", "full"),
    ("windows-sys", "0.52.0", "0.59.0", "all"),
];

struct Args {
    peer: Option<PathBuf>,
    ours: Option<PathBuf>,
    work: PathBuf,
    only: Option<String>,
    runs: u32,
}

/// What one pair cost.
struct Measured {
    name: String,
    megabytes: f64,
    peer: Spent,
    ours: Spent,
    cached: Duration,
    diff: Duration,
}

fn main() -> Result<()> {
    let root =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("benches/ lies in the workspace")?;
    let args = args(root)?;
    std::fs::create_dir_all(&args.work)?;
    let peer = match &args.peer {
        Some(peer) => peer.clone(),
        None => tools::installed(&tools::PEER, &args.work)?,
    };
    let ours = match &args.ours {
        Some(ours) => ours.clone(),
        None => tools::ours(root)?,
    };
    let mut pairs = Vec::new();
    for (name, old, new, features) in PAIRS {
        if args.only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let side = |version| document(&args.work, name, version, Features::parse(features));
        let title = format!("{name} {old} → {new} ({features})");
        pairs.push((title, side(old)?, side(new)?));
    }
    // The children come first: the kernel adds what this process holds to their peak.
    let mut spent = Vec::new();
    for (title, old, new) in &pairs {
        eprintln!("{title}");
        let peer = best(args.runs, || {
            // 100: it found breaking changes.
            spend(
                Command::new(&peer)
                    .args(["semver-checks", "--baseline-rustdoc"])
                    .arg(old)
                    .arg("--current-rustdoc")
                    .arg(new)
                    // Ours judges all changes, whatever the numbers declare; so do they then.
                    .args(["--release-type", "patch"]),
                &[0, 100],
            )
        })?;
        let ours = best(args.runs, || {
            spend(
                Command::new(&ours)
                    .args(["ripe", "diff", "--old-json"])
                    .arg(old)
                    .arg("--new-json")
                    .arg(new),
                &[0],
            )
        })?;
        spent.push((peer, ours));
    }
    let mut all = Vec::new();
    for ((title, old, new), (peer, ours)) in pairs.iter().zip(spent) {
        let megabytes =
            (std::fs::metadata(old)?.len() + std::fs::metadata(new)?.len()) as f64 / 1e6;
        let (cached, diff) = from_cache(&args, old, new)?;
        all.push(Measured { name: title.clone(), megabytes, peer, ours, cached, diff });
    }
    print!("{}", render(&all));
    Ok(())
}

fn args(root: &Path) -> Result<Args> {
    let mut args =
        Args { peer: None, ours: None, work: root.join("target/ripe-peer"), only: None, runs: 3 };
    let mut given = std::env::args().skip(1);
    while let Some(flag) = given.next() {
        let value = given.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--peer" => args.peer = Some(value.into()),
            "--ours" => args.ours = Some(value.into()),
            "--work" => args.work = value.into(),
            "--only" => args.only = Some(value),
            "--runs" => args.runs = value.parse()?,
            _ => bail!("unknown argument {flag}"),
        }
    }
    Ok(args)
}

/// The least of several runs: what other programs on the machine did, only adds.
fn best(runs: u32, run: impl Fn() -> Result<Spent>) -> Result<Spent> {
    let mut best = run()?;
    for _ in 1..runs {
        let spent = run()?;
        best = Spent { user: best.user.min(spent.user), peak: best.peak.min(spent.peak) };
    }
    Ok(best)
}

/// Processor time of reading two models from the cache and comparing them, and of the comparison
/// alone: the mean of as many rounds as fit into two seconds, and of three at least.
fn from_cache(args: &Args, old: &Path, new: &Path) -> Result<(Duration, Duration)> {
    let cache = ModelCache::new(args.work.join("models"));
    let keys = [ModelKey("00old".to_owned()), ModelKey("00new".to_owned())];
    for (key, path) in keys.iter().zip([old, new]) {
        cache.put(key, &from_file(path)?)?;
    }
    let read = |key: &ModelKey| match cache.get(key) {
        Cached::Hit(model) => Ok(model),
        Cached::Miss | Cached::Unusable(_) => bail!("the model that was just written is not there"),
    };
    let begin = ripe_runner::cpu_time();
    let mut diffs = Duration::ZERO;
    let mut rounds = 0;
    let mut whole = Duration::ZERO;
    while rounds < 3 || whole < Duration::from_secs(2) {
        let (old, new) = (read(&keys[0])?, read(&keys[1])?);
        let before = ripe_runner::cpu_time();
        drop(std::hint::black_box(ripe_apidiff::diff(&old, &new)));
        diffs += ripe_runner::cpu_time() - before;
        drop((old, new));
        rounds += 1;
        whole = ripe_runner::cpu_time() - begin;
    }
    Ok((whole / rounds, diffs / rounds))
}

fn render(all: &[Measured]) -> String {
    let mut out = String::from(
        "| pair | JSON, MB | peer, CPU s | ours, CPU s | times less | peer, MB | ours, MB | share | cached, ms | times less | of it comparing, ms |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for m in all {
        let (peer, ours) = (m.peer.user.as_secs_f64(), m.ours.user.as_secs_f64());
        let megabytes = |spent: &Spent| spent.peak as f64 / 1e6;
        out.push_str(&format!(
            "| {} | {:.1} | {peer:.2} | {ours:.3} | {:.1} | {:.0} | {:.0} | {:.2} | {:.2} | {:.0} | {:.2} |\n",
            m.name,
            m.megabytes,
            peer / ours,
            megabytes(&m.peer),
            megabytes(&m.ours),
            megabytes(&m.ours) / megabytes(&m.peer),
            m.cached.as_secs_f64() * 1e3,
            peer / m.cached.as_secs_f64(),
            m.diff.as_secs_f64() * 1e3,
        ));
    }
    out
}
