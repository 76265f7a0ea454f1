//! A copy of a workspace that may be written to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cargo_metadata::Metadata;
use ripe_model::PackageId;
use semver::Version;
use toml_edit::{DocumentMut, Item, Table, Value};

use crate::layout::Layout;
use crate::refusal::{first_line, is_download, is_unreachable, refusal, words};
use crate::resolve::Compatible;
use crate::{
    Answer, Error, Project, Request, Resolution, ResolutionCache, Resolving, Workplace, copy,
    edit_manifest, lock, moves_between, names, project,
};

/// What became of the user's lockfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockState {
    /// It fits the manifests.
    Fits,
    /// There was none: locked means the newest compatible resolution.
    Missing,
    /// It does not fit the manifests; cargo updated the copy, the user's was left alone.
    Outdated,
}

/// Which features the metadata is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Features {
    /// All of every member: what the lockfile holds.
    All,
    /// Those that the user's flags name.
    AsAsked,
}

/// A copy of the workspace, with its path packages in their relative layout and a lockfile of its
/// own. Exclusive to this process while it lives.
#[derive(Debug)]
pub struct Scratch {
    project: Project,
    layout: Layout,
    /// The manifests of members and path packages as the copy has them on the locked side, by
    /// their path in the user's tree.
    manifests: BTreeMap<PathBuf, String>,
    locked: String,
    state: LockState,
    workplace: Workplace,
    resolving: Resolving,
}

impl Scratch {
    /// Copies the project to the workplace, then brings the lockfile of the copy into a state that
    /// fits its manifests. A copy that is there already is brought up to date.
    ///
    /// # Errors
    /// Where a file cannot be copied, or cargo cannot resolve the project as it stands.
    pub fn create(project: &Project, workplace: Workplace) -> Result<Scratch, Error> {
        let mut scratch = Scratch::copied(project, workplace)?;
        scratch.settle(Resolving::default())?;
        Ok(scratch)
    }

    /// Only copies the project. Before anything else is asked of the copy, it has to
    /// [settle](Scratch::settle).
    ///
    /// # Errors
    /// Where a file cannot be copied.
    pub fn copied(project: &Project, workplace: Workplace) -> Result<Scratch, Error> {
        let layout = Layout::new(project, workplace.folder());
        let mut manifests = BTreeMap::new();
        let root_manifest = project.workspace.root.join("Cargo.toml");
        let members = project.workspace.members.iter().map(|member| &member.manifest);
        for manifest in members.chain([&root_manifest]) {
            let text = std::fs::read_to_string(manifest).map_err(|source| Error::File {
                verb: "read",
                path: manifest.clone(),
                source,
            })?;
            manifests.insert(manifest.clone(), text);
        }
        if let Some(text) = manifests.get_mut(&root_manifest) {
            close(text, project)?;
        }
        let scratch = Scratch {
            project: project.clone(),
            layout,
            manifests,
            locked: String::new(),
            state: LockState::Missing,
            workplace,
            resolving: Resolving::default(),
        };
        scratch.copy()?;
        Ok(scratch)
    }

    /// Brings the lockfile of the copy into a state that fits the manifests; from now on cargo
    /// resolves as `resolving` says. Returns the metadata of the locked side with the features as
    /// asked where cargo showed by it that the lockfile fits.
    ///
    /// # Errors
    /// Where cargo cannot resolve the project as it stands.
    pub fn settle(&mut self, resolving: Resolving) -> Result<Option<Metadata>, Error> {
        self.resolving = resolving;
        self.settle_lock()
    }

    fn copy(&self) -> Result<(), Error> {
        let own: Vec<_> = self
            .manifests
            .keys()
            .filter_map(|manifest| self.layout.to_scratch(manifest))
            .chain([self.root().join("Cargo.lock")])
            .collect();
        copy::sync(&self.layout, &|path| own.iter().any(|own| own == path))?;
        self.write_manifests(&self.manifests)
    }

    /// Brings the lockfile of the copy into a state that fits the manifests.
    fn settle_lock(&mut self) -> Result<Option<Metadata>, Error> {
        let users = self.project.workspace.root.join("Cargo.lock");
        let there = self.lock_path();
        if !self.project.workspace.has_lockfile {
            let _ = std::fs::remove_file(&there);
            self.cargo_resolves(&["generate-lockfile"])?;
            self.locked = self.read_lock()?;
            return Ok(None);
        }
        let text = std::fs::read_to_string(&users).map_err(|source| Error::File {
            verb: "read",
            path: users.clone(),
            source,
        })?;
        copy::write(&there, text.as_bytes())?;
        // `--locked` refuses a lockfile that does not fit. Any failure is cleared up below.
        match self.metadata(Features::AsAsked) {
            Ok(metadata) => {
                self.state = LockState::Fits;
                self.locked = text;
                return Ok(Some(metadata));
            }
            Err(Error::Cancelled) => return Err(Error::Cancelled),
            Err(_) => {}
        }
        // Only what the manifests force moves; a lockfile that fits stays as it is.
        self.cargo_resolves(&["update", "--workspace"])?;
        let after = self.read_lock()?;
        let (mut before_entries, mut after_entries) =
            (crate::read_lock(&text), crate::read_lock(&after));
        before_entries.sort();
        after_entries.sort();
        if before_entries == after_entries {
            self.state = LockState::Fits;
            self.locked = text;
            copy::write(&there, self.locked.as_bytes())?;
            Ok(None)
        } else if self.project.flags.locked {
            Err(Error::LockedOutdated { path: users })
        } else {
            self.state = LockState::Outdated;
            self.locked = after;
            Ok(None)
        }
    }

    /// Cargo resolves the locked side, or the project is broken as it stands.
    fn cargo_resolves(&self, args: &[&str]) -> Result<(), Error> {
        let Some(stderr) = self.cargo(args)? else { return Ok(()) };
        let what = words(&stderr);
        if what.starts_with("failed to parse lock file") {
            let path = self.project.workspace.root.join("Cargo.lock");
            return Err(Error::BrokenLockfile { path, what: first_line(&what) });
        }
        if is_unreachable(&stderr) {
            return Err(self.unreachable(&what));
        }
        Err(Error::Unresolvable { what })
    }

    fn unreachable(&self, what: &str) -> Error {
        Error::NoIndex { what: first_line(what), offline: self.project.flags.offline }
    }

    /// Runs cargo in the copy; `Some` with its standard error where it fails.
    fn cargo(&self, args: &[&str]) -> Result<Option<String>, Error> {
        self.cargo_as(args, &self.resolving)
    }

    fn cargo_as(&self, args: &[&str], resolving: &Resolving) -> Result<Option<String>, Error> {
        let Resolving { args: more, env, view } = resolving;
        // What it sees is served from here: offline cargo would not ask for it.
        let offline = (self.project.flags.offline && view.is_none()).then_some("--offline");
        let more = more.iter().map(String::as_str);
        let args = args.iter().copied().chain(["--color=never"]).chain(offline).chain(more);
        let outcome = self.project.cargo.with(env).run(self.root().as_path(), args)?;
        Ok((!outcome.success()).then(|| outcome.stderr_text()))
    }

    /// The project that was copied.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The folder in which the copy lies; what else is made for the project goes there too.
    pub fn workplace(&self) -> &Path {
        self.workplace.folder()
    }

    /// The root of the workspace's copy.
    pub fn root(&self) -> PathBuf {
        let root = self.layout.to_scratch(&self.project.workspace.root);
        root.unwrap_or_else(|| self.layout.tree.clone())
    }

    /// What became of the user's lockfile.
    pub fn lock_state(&self) -> LockState {
        self.state
    }

    /// The lockfile of the locked side.
    pub fn locked(&self) -> &str {
        &self.locked
    }

    /// Where a path of the user's tree lies in the copy; `None` for what is not copied.
    pub fn to_scratch(&self, user: &Path) -> Option<PathBuf> {
        self.layout.to_scratch(user)
    }

    /// Where a path of the copy lies in the user's tree; `None` for what is no copy.
    pub fn to_user(&self, scratch: &Path) -> Option<PathBuf> {
        self.layout.to_user(scratch)
    }

    /// Puts the manifests and the lockfile of the locked side back.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn reset(&self) -> Result<(), Error> {
        self.write_manifests(&self.manifests)?;
        copy::write(&self.lock_path(), self.locked.as_bytes())
    }

    /// Resets, then writes the edits of `request` and the lockfile of its resolution: the copy is
    /// then what the user's tree would be after the update.
    ///
    /// # Errors
    /// Where a file cannot be written, or an edit fits no manifest.
    pub fn set(&self, request: &Request, resolution: &Resolution) -> Result<(), Error> {
        self.write_manifests(&self.edited(request)?)?;
        copy::write(&self.lock_path(), resolution.lockfile.as_bytes())
    }

    /// `cargo metadata` of the copy as it stands now. Paths in it are paths of the copy. Cargo
    /// downloads what it needs to know, unless offline.
    ///
    /// # Errors
    /// Where cargo fails.
    pub fn metadata(&self, features: Features) -> Result<Metadata, Error> {
        let flags = &self.project.flags;
        let mut args = vec!["metadata", "--format-version=1", "--locked", "--color=never"];
        let stated = flags.features.join(",");
        match features {
            Features::All => args.push("--all-features"),
            Features::AsAsked => {
                args.extend(flags.all_features.then_some("--all-features"));
                args.extend(flags.no_default_features.then_some("--no-default-features"));
                if !stated.is_empty() {
                    args.extend(["--features", &stated]);
                }
            }
        }
        args.extend(flags.offline.then_some("--offline"));
        let outcome = self.project.cargo.run(&self.root(), args)?;
        if outcome.success() {
            return project::parse(&outcome.stdout, "cargo metadata");
        }
        let stderr = outcome.stderr_text();
        let what = words(&stderr);
        Err(if is_download(&stderr) {
            Error::NoPackage { what: first_line(&what) }
        } else if is_unreachable(&stderr) {
            self.unreachable(&what)
        } else {
            Error::Unresolvable { what }
        })
    }

    /// The answer that is kept for a question, if its index rows are still the same.
    ///
    /// # Errors
    /// Where an edit fits no manifest.
    pub fn known(
        &self,
        request: &Request,
        cache: &ResolutionCache<'_>,
    ) -> Result<Option<Answer>, Error> {
        let mut answer = cache.get(&self.key(&self.edited(request)?, request));
        if let Some(Ok(resolution)) = &mut answer {
            // What moves is read from the lockfile anew: this version may read it better.
            resolution.moves = moves_between(&self.locked, &resolution.lockfile);
        }
        Ok(answer)
    }

    /// Keeps an answer that cargo gave to [`Scratch::resolve`] without a cache.
    ///
    /// # Errors
    /// Where a manifest of the copy cannot be read.
    pub fn keep(
        &self,
        request: &Request,
        answer: &Answer,
        cache: &ResolutionCache<'_>,
    ) -> Result<(), Error> {
        let manifests = self.edited(request)?;
        let named: Vec<_> = request.edits.iter().map(|edit| edit.key.as_str()).collect();
        cache.put(&self.key(&manifests, request), &self.locked, &named, answer);
        Ok(())
    }

    /// Asks cargo. The copy is reset before and afterwards.
    ///
    /// Without a cache cargo is asked even where the answer is known, and, unless offline,
    /// refreshes the index rows of every package that it looks at: the first question of a run
    /// should be [`Compatible::All`] without a cache.
    ///
    /// # Errors
    /// Where cargo could not be asked; its refusal is a value.
    pub fn resolve(
        &self,
        request: &Request,
        cache: Option<&ResolutionCache<'_>>,
    ) -> Result<Answer, Error> {
        if let Some(cache) = cache
            && let Some(answer) = self.known(request, cache)?
        {
            return Ok(answer);
        }
        let answer = self.resolve_as(request, &self.resolving)?;
        if let Some(cache) = cache {
            self.keep(request, &answer, cache)?;
        }
        Ok(answer)
    }

    /// Asks cargo, which for once resolves as `resolving` says. The copy is reset before and
    /// afterwards.
    ///
    /// # Errors
    /// Where cargo could not be asked; its refusal is a value.
    pub fn resolve_as(&self, request: &Request, resolving: &Resolving) -> Result<Answer, Error> {
        let manifests = self.edited(request)?;
        copy::write(&self.lock_path(), self.locked.as_bytes())?;
        self.write_manifests(&manifests)?;
        let answer = self.ask(request, resolving);
        self.reset()?;
        answer
    }

    fn ask(&self, request: &Request, resolving: &Resolving) -> Result<Answer, Error> {
        let mut commands: Vec<Vec<String>> = Vec::new();
        let command = |words: &[&str]| -> Vec<String> {
            words.iter().map(|word| (*word).to_owned()).collect()
        };
        match &request.compatible {
            Compatible::All | Compatible::Aged(_) => commands.extend(self.update_all()),
            Compatible::Keep | Compatible::Precise(_) => {
                if !request.edits.is_empty() {
                    commands.push(command(&["update", "--workspace"]));
                }
            }
        }
        let precise = |(package, target): &(PackageId, Version)| {
            command(&["update", &package.to_string(), "--precise", &target.to_string()])
        };
        if let Compatible::Precise(targets) = &request.compatible {
            commands.extend(targets.iter().map(precise));
        }
        for command in commands {
            let args: Vec<_> = command.iter().map(String::as_str).collect();
            if let Some(stderr) = self.cargo_as(&args, resolving)? {
                if is_unreachable(&stderr) {
                    return Err(self.unreachable(&words(&stderr)));
                }
                return Ok(Err(refusal(&stderr)));
            }
        }
        for target in &request.instead {
            let args = precise(target);
            // A refusal leaves the lockfile as it was, and the package where it went.
            self.cargo_as(&args.iter().map(String::as_str).collect::<Vec<_>>(), resolving)?;
        }
        let lockfile = self.read_lock()?;
        if let Some(refusal) = names::refusal(&self.project, &request.edits, &lockfile) {
            return Ok(Err(refusal));
        }
        let moves = moves_between(&self.locked, &lockfile);
        Ok(Ok(Resolution { lockfile, moves }))
    }

    /// `cargo update`. Where something else than the registries is seen, what comes from git stays:
    /// a branch has no days. `None` says that there is nothing else.
    fn update_all(&self) -> Option<Vec<String>> {
        let mut command = vec!["update".to_owned()];
        let packages = lock::read_lock(&self.locked);
        let of_git = |source: &String| source.starts_with("git+");
        let has_git = packages.iter().any(|package| package.source.as_ref().is_some_and(of_git));
        if self.resolving.view.is_none() || !has_git {
            return Some(command);
        }
        command.extend(packages.into_iter().filter_map(|package| {
            let source = package.source.filter(|source| !of_git(source))?;
            Some(format!("{source}#{}@{}", package.name, package.version))
        }));
        (command.len() > 1).then_some(command)
    }

    /// The manifests after the edits of a request.
    fn edited(&self, request: &Request) -> Result<BTreeMap<PathBuf, String>, Error> {
        let mut manifests = self.manifests.clone();
        for edit in &request.edits {
            let misses =
                || Error::EditMisses { manifest: edit.manifest.clone(), key: edit.key.clone() };
            let text = manifests.get_mut(&edit.manifest).ok_or_else(misses)?;
            let unreadable =
                |source| Error::Manifest { path: edit.manifest.clone(), source: Box::new(source) };
            *text = edit_manifest(text, edit).map_err(unreadable)?.ok_or_else(misses)?;
        }
        Ok(manifests)
    }

    fn write_manifests(&self, manifests: &BTreeMap<PathBuf, String>) -> Result<(), Error> {
        for (path, text) in manifests {
            let outside = || Error::Outside { path: path.clone() };
            let there = self.layout.to_scratch(path).ok_or_else(outside)?;
            if std::fs::read_to_string(&there).is_ok_and(|known| known == *text) {
                continue;
            }
            // A member reached through a link may lie in the user's tree after all.
            let parent = there.parent().ok_or_else(outside)?;
            let real = parent.canonicalize().map_err(|source| Error::File {
                verb: "read",
                path: parent.to_owned(),
                source,
            })?;
            let tree = self.layout.tree.canonicalize().map_err(|source| Error::File {
                verb: "read",
                path: self.layout.tree.clone(),
                source,
            })?;
            if !real.starts_with(tree) {
                return Err(outside());
            }
            copy::write(&there, text.as_bytes())?;
        }
        Ok(())
    }

    /// What an answer depends on besides the index.
    fn key(&self, manifests: &BTreeMap<PathBuf, String>, request: &Request) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        add(b"resolution 6");
        add(self.resolving.view.as_deref().unwrap_or_default().as_bytes());
        add(format!("{:?} {:?}", self.project.rustc, self.project.msrv).as_bytes());
        add(self.locked.as_bytes());
        for (path, text) in manifests {
            let relative = path.strip_prefix(&self.layout.base).unwrap_or(path);
            add(relative.as_os_str().as_encoded_bytes());
            add(text.as_bytes());
        }
        // Equal manifests make edits equal; what is left of a request is what moves.
        add(format!("{:?} {:?}", request.compatible, request.instead).as_bytes());
        hasher.finalize().to_hex().as_str()[..32].to_owned()
    }

    fn lock_path(&self) -> PathBuf {
        self.root().join("Cargo.lock")
    }

    fn read_lock(&self) -> Result<String, Error> {
        let path = self.lock_path();
        std::fs::read_to_string(&path).map_err(|source| Error::File { verb: "read", path, source })
    }
}

/// Makes the root manifest a workspace of its own where it is none, so that cargo does not look
/// further up from wherever the copy lies. Path packages below it stay out of it, as they were.
fn close(text: &mut String, project: &Project) -> Result<(), Error> {
    let root = &project.workspace.root;
    let path = root.join("Cargo.toml");
    let document = text
        .parse::<DocumentMut>()
        .map_err(|source| Error::Manifest { path, source: Box::new(source) })?;
    if document.contains_key("workspace") {
        return Ok(());
    }
    let below = project.path_packages.iter().filter_map(|folder| folder.strip_prefix(root).ok());
    let excluded: Vec<_> = below.map(|folder| Value::from(&*folder.to_string_lossy())).collect();
    let mut table = Table::new();
    if !excluded.is_empty() {
        table.insert("exclude", Item::Value(Value::Array(excluded.into_iter().collect())));
    }
    let mut addition = DocumentMut::new();
    addition.insert("workspace", Item::Table(table));
    // Appended, so that every line of the original keeps its number.
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&addition.to_string());
    Ok(())
}
