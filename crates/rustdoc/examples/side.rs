//! Gets the models of one side of a workspace and says what that cost:
//! `side WORKSPACE STATE locked|target [NAME@VERSION… | all]`, with folders of its own in `STATE`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use ripe_record::{Toolchain, wrapper_main};
use ripe_runner::{CancelToken, Mode};
use ripe_rustdoc::{
    Client, DevDependencies, FeatureFlags, ModelCache, Progress, SideRequest, models_for,
};

fn main() -> ExitCode {
    if let Some(code) = wrapper_main() {
        return code;
    }
    match report() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn report() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let workspace = PathBuf::from(args.next().ok_or("no workspace given")?).canonicalize()?;
    let state = std::path::absolute(args.next().ok_or("no folder for the state given")?)?;
    let client = match args.next().as_deref() {
        Some("locked") => Client::Compile,
        Some("target") => Client::Refuse,
        _ => return Err("locked or target?".into()),
    };
    let mut wanted = BTreeSet::new();
    for arg in args {
        let (name, version) = arg.split_once('@').ok_or("packages are NAME@VERSION")?;
        wanted.insert((name.to_owned(), version.parse()?));
    }
    let cancel = CancelToken::new();
    let request = SideRequest {
        recording: ripe_rustdoc::Recording::Libraries,
        toolchain: Toolchain::discover(&workspace, None, &cancel)?,
        workspace,
        target_dir: state.join("target"),
        work_dir: state.join("work"),
        wanted,
        client,
        log: "side",
        refuse_packages: BTreeSet::new(),
        features: FeatureFlags::default(),
        target: None,
        dev_dependencies: DevDependencies::Skip,
        wrapper: std::env::current_exe()?,
        sandbox: Mode::Require,
        jobs: 0,
        time_limit: None,
    };
    let cache = ModelCache::new(state.join("cache"));
    let progress = |progress: Progress| match progress {
        Progress::Documenting { done, total, package } => eprintln!("{done}/{total} {package}"),
        Progress::Compiling { .. } | Progress::Asking { .. } => {}
    };
    let outcome = models_for(&request, &cache, &progress, &cancel)?;
    for one in &outcome.models {
        println!(
            "{} {:?} {} rows, features {:?}, for {:?}",
            one.unit.package,
            one.unit.platform,
            one.model.rows.len(),
            one.unit.features,
            one.dependents
        );
    }
    for error in &outcome.errors {
        println!("error in {}: {} {:?}", error.package, error.message, error.spans);
    }
    for refused in &outcome.refused {
        println!("refused {} {} {}", refused.package, refused.version, refused.crate_name);
    }
    for gap in &outcome.gaps {
        println!("gap: {}: {}", gap.what, gap.why);
    }
    println!("{} models, {} units, {:?}", outcome.models.len(), outcome.units.len(), outcome.level);
    println!("{:#?}", outcome.cost);
    println!("cache {} bytes, log {:?}", cache.size(), outcome.log);
    Ok(())
}
