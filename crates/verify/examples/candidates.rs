//! Prints the candidates of a project with the time of each step: `candidates FOLDER [--offline]`.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use ripe_model::Source;
use ripe_registry::{CargoConfig, Fetch, Index, fetch};
use ripe_resolver::{Context, Graph, candidates};
use ripe_runner::CancelToken;
use ripe_verify::{
    Cargo, CargoFlags, Compatible, Features, Project, Request, ResolutionCache, Scratch, Workplace,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("give a folder")?;
    let folder = std::path::absolute(folder)?;
    let offline = args.any(|arg| arg == "--offline");
    let cancel = CancelToken::new();
    let start = Instant::now();
    let mut last = start;
    let mut step = |name: &str| {
        eprintln!("{:>8.3} s  {name}", last.elapsed().as_secs_f64());
        last = Instant::now();
    };

    let flags = CargoFlags { offline, ..CargoFlags::default() };
    let project = Project::load(None, &folder, &flags, Cargo::find(cancel.clone()))?;
    step("load");
    let scratch = Scratch::create(&project, Workplace::of(&project, &std::env::temp_dir())?)?;
    step(&format!("scratch, lockfile {:?}", scratch.lock_state()));
    let all = Request { compatible: Compatible::All, ..Request::default() };
    let compatible = scratch.resolve(&all, None)?;
    step("all compatible updates");
    let index = Index::new(CargoConfig::read(&project.workspace.root)?);
    let env = project.cargo.env.clone();
    let download = Fetch {
        folder: scratch.root(),
        targets: vec![],
        offline,
        cargo: project.cargo.program.clone(),
        env,
    };
    let fetched = fetch(&download, &index, &cancel, &mut |_| {})?;
    step(&format!("fetch: {} downloaded, {} gaps", fetched.downloaded, fetched.gaps.len()));
    let full = scratch.metadata(Features::All)?;
    let active = scratch.metadata(Features::AsAsked)?;
    step("metadata, twice");
    let graph = Graph::new(&full, &active)?;
    step(&format!("graph of {}", graph.packages().count()));
    let (releases, mut gaps) = index.releases_of(graph.packages().map(|node| &node.id));
    step(&format!(
        "{} rows of {} packages",
        releases.values().map(Vec::len).sum::<usize>(),
        releases.len()
    ));
    let context = Context { msrv: project.msrv.clone(), ..Context::default() };
    let mut found = candidates(&graph, &project.workspace, &releases, &context);
    gaps.append(&mut found.gaps);
    step("candidates");
    let mut moves = Vec::new();
    match compatible {
        Ok(resolution) => {
            found.settle(&graph, &releases, &resolution.moves, None);
            scratch.share_compatible(&resolution, &mut found.updates);
            moves = resolution.moves;
        }
        Err(refusal) => println!("cargo update is refused: {}", refusal.text),
    }
    step("settled");
    let rows = |name: &str| index.digest(name, &Source::CratesIo);
    let cache = ResolutionCache {
        folder: project.workspace.target_directory.join("ripe/resolutions"),
        rows: &rows,
    };
    let majors = scratch.resolve_majors(&mut found.updates, Some(&cache))?;
    step(&format!("majors, cargo asked {} times", majors.asked));
    eprintln!("{:>8.3} s  in all", start.elapsed().as_secs_f64());

    println!("{} moves of all compatible updates", moves.len());
    for m in &moves {
        for (sign, version) in [("-", &m.from), ("+", &m.to)] {
            if let Some(version) = version {
                println!("{sign} {} {version}", m.package);
            }
        }
    }
    for update in &found.updates {
        let refusal = update.refusal.as_ref().map_or("", |refusal| refusal.text.as_str());
        println!(
            "{:?} {:?} {} -> {} {} {} moves {:?} {refusal}",
            update.role,
            update.kind,
            update.locked,
            update.target,
            update.published.as_deref().unwrap_or("undated"),
            update.moves.len(),
            update
                .edits
                .iter()
                .map(|edit| (file(&edit.manifest), &edit.from, &edit.to))
                .collect::<Vec<_>>(),
        );
    }
    for waiting in &found.waiting {
        let holders: Vec<_> =
            waiting.held_by.iter().map(|(id, req)| format!("{id} {req}")).collect();
        println!("waits {} for {}: {}", waiting.package, waiting.newest, holders.join(", "));
    }
    for gap in gaps.iter().chain(&fetched.gaps) {
        println!("gap {}: {}", gap.what, gap.why);
    }
    Ok(())
}

fn file(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}
