//! One pass: annotate, replay, read what the compiler names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ripe_model::{Confidence, Gap, How, PackageId, UseSite};
use ripe_record::{Error, Records, Room, Toolchain, Unit, UnitHash};
use ripe_runner::{CancelToken, Mode};
use serde::{Deserialize, Serialize};

use crate::copy::Copy;
use crate::derived::is_made;
use crate::how::{self, fits};
use crate::knockout::wanted;
use crate::notice::{Notice, Place};
use crate::order::Order;
use crate::replay::{Replay, Replayed};
use crate::tokens::Tokens;
use crate::{GoneImpl, Mark, Subject};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The toolchain that recorded the build.
    pub toolchain: &'a Toolchain,
    /// The workspace that was built.
    pub workspace: &'a Path,
    /// Its target directory, which is only read.
    pub target_dir: &'a Path,
    /// The folder that holds the records; ours.
    pub work_dir: &'a Path,
    /// The units of the build.
    pub units: &'a [Unit],
    /// The packages that are asked about.
    pub subjects: &'a [Subject],
    /// Whether a sandbox is wanted.
    pub sandbox: Mode,
    /// How many processes may run at once; 0 means one a core.
    pub jobs: usize,
    /// When to stop.
    pub time_limit: Option<Duration>,
}

/// The uses of one package that the compiler named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The uses, sorted and unique. All are exact.
    pub sites: Vec<UseSite>,
    /// The paths of the items that the compiler was asked about.
    pub asked: BTreeSet<String>,
    /// The users of which every unit was replayed.
    pub seen: BTreeSet<String>,
    /// Impls, by the users that compile without them.
    pub spared: BTreeMap<String, BTreeSet<String>>,
}

/// What a probe showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probed {
    /// The uses, by the package whose items they are.
    pub named: BTreeMap<PackageId, Named>,
    /// What could not be asked, and who could not be.
    pub gaps: Vec<Gap>,
    /// Processor time of the compiler.
    pub cpu: Duration,
    /// Whether the time was up before all was asked: more time shows more.
    pub timed_out: bool,
}

/// A unit that is compiled now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// How many of this round are done.
    pub done: usize,
    /// How many the round has.
    pub total: usize,
    /// The package.
    pub package: &'a PackageId,
}

/// How often a copy that does not compile is tried with fewer marks.
const TRIES: usize = 4;

/// Asks the compiler who uses what. The units that [`needed`](crate::needed()) names have to be
/// recorded.
///
/// # Errors
/// Where nothing could be run or written at all, or the token was cancelled. A copy that does not
/// compile, or a user that does not, is a gap.
pub fn probe(
    request: &Request<'_>,
    progress: &(dyn Fn(Progress<'_>) + Sync),
    cancel: &CancelToken,
) -> Result<Probed, Error> {
    let order = Order::of(request.units, request.subjects);
    let folder = request.work_dir.join("probe");
    // What a run left that was killed.
    let _ = std::fs::remove_dir_all(&folder);
    let out = folder.join("out");
    std::fs::create_dir_all(&out).map_err(Error::io("create", &out))?;
    let mut room =
        Room::open(request.toolchain, request.work_dir, request.workspace, request.sandbox)?;
    for unit in order.units.values() {
        room.show(&unit.manifest_dir);
    }
    let replay = Replay {
        request,
        order: &order,
        room: &room,
        records: &Records::of(request.work_dir, &request.toolchain.rustc_version),
        out: &out,
        progress,
        until: request.time_limit.map(|limit| Instant::now() + limit),
    };
    let probed = Pass { request, order: &order, replay }.run(&folder, cancel);
    // What cannot be deleted now is deleted by the next run.
    let _ = std::fs::remove_dir_all(&folder);
    probed
}

struct Pass<'a> {
    request: &'a Request<'a>,
    order: &'a Order<'a>,
    replay: Replay<'a>,
}

impl Probed {
    /// Moves what was said of items under the name `of` of a crate to the package that re-exports
    /// them. Who was not seen by both was not seen.
    pub fn hand_over(&mut self, from: &PackageId, of: &str, to: &PackageId) {
        let prefix = format!("{of}::");
        let Some(theirs) = self.named.get_mut(from) else { return };
        let is = |item: &str| item.starts_with(&prefix);
        let (sites, kept) =
            std::mem::take(&mut theirs.sites).into_iter().partition(|s| is(&s.item));
        let (asked, rest) = std::mem::take(&mut theirs.asked).into_iter().partition(|i| is(i));
        (theirs.sites, theirs.asked) = (kept, rest);
        let handed = Named { sites, asked, seen: theirs.seen.clone(), ..Named::default() };
        match self.named.get_mut(to) {
            Some(own) => {
                own.sites.extend(handed.sites);
                own.sites.sort();
                own.asked.extend(handed.asked);
                own.seen.retain(|user| handed.seen.contains(user));
            }
            None => {
                self.named.insert(to.clone(), handed);
            }
        }
    }
}

impl Pass<'_> {
    fn run(&self, folder: &Path, cancel: &CancelToken) -> Result<Probed, Error> {
        // Marks are numbered through, whatever package they belong to.
        let marks: Vec<(usize, &Mark)> = self
            .request
            .subjects
            .iter()
            .enumerate()
            .flat_map(|(at, subject)| subject.marks.iter().map(move |mark| (at, mark)))
            .collect();
        let mut copies = self.copies(folder)?;
        let mut dropped = BTreeSet::new();
        let mut probed = Probed::default();
        let mut done = BTreeMap::new();
        for last in (0..TRIES).map(|n| n + 1 == TRIES) {
            for (at, copy) in copies.iter_mut().enumerate() {
                let own = marks
                    .iter()
                    .enumerate()
                    .filter(|(number, (of, _))| *of == at && !dropped.contains(number));
                copy.annotate(&own.map(|(number, (_, mark))| (number, *mark)).collect())?;
            }
            let first = self.order.below_roots();
            done = self.replay.run(
                |unit| first.contains(&unit.hash),
                &copies,
                BTreeMap::new(),
                cancel,
            )?;
            probed.cpu += cpu(&done);
            let blamed = self.blamed(&done, &copies);
            if blamed.is_empty() || last {
                break;
            }
            dropped.extend(blamed);
        }
        let before = cpu(&done);
        let done = self.replay.run(|_| true, &copies, done, cancel)?;
        probed.cpu += cpu(&done).saturating_sub(before);
        for (at, subject) in self.request.subjects.iter().enumerate() {
            let named = self.named(at, subject, &marks, &copies, &done);
            probed.named.insert(subject.package.clone(), named);
        }
        probed.gaps = self.gaps(&done, &copies);
        probed.timed_out = self.replay.is_over();
        if self.request.subjects.iter().any(|subject| !subject.impls.is_empty()) {
            self.knock_out(&mut copies, &mut probed, done, cancel)?;
            probed.timed_out = self.replay.is_over();
        }
        Ok(probed)
    }

    /// The second part: without the impls that are gone. A copy that needs one itself gets it back.
    fn knock_out(
        &self,
        copies: &mut [Copy],
        probed: &mut Probed,
        mut before: BTreeMap<UnitHash, Replayed>,
        cancel: &CancelToken,
    ) -> Result<(), Error> {
        let subjects = self.request.subjects;
        let mut out: Vec<BTreeMap<usize, &GoneImpl>> =
            subjects.iter().map(|subject| subject.impls.iter().enumerate().collect()).collect();
        let first = self.order.below_roots();
        // What is compiled against none of these packages stays as it was replayed.
        let touched = self.order.above(|subject| !out[subject].is_empty());
        before.retain(|hash, _| !touched.contains(hash));
        let mut done = BTreeMap::new();
        for _ in 0..TRIES {
            for (copy, out) in copies.iter_mut().zip(&mut out) {
                let found = copy.knock_out(out)?;
                out.retain(|number, _| found.contains(number));
            }
            done = self.replay.run(|u| first.contains(&u.hash), copies, before.clone(), cancel)?;
            probed.cpu += cpu(&done).saturating_sub(cpu(&before));
            let mut failed = false;
            for (hash, at) in &self.order.roots {
                let Some(replayed) = done.get(*hash).filter(|r| r.failure.is_some()) else {
                    continue;
                };
                failed = true;
                let own = &mut out[*at];
                let blamed: BTreeSet<usize> =
                    replayed.notices.iter().flat_map(|notice| wanted(notice, own)).collect();
                own.retain(|number, _| !blamed.is_empty() && !blamed.contains(number));
            }
            if !failed {
                break;
            }
        }
        if out.iter().all(BTreeMap::is_empty) {
            return Ok(());
        }
        let before = cpu(&done);
        let done = self.replay.run(|_| true, copies, done, cancel)?;
        probed.cpu += cpu(&done).saturating_sub(before);
        for (at, subject) in subjects.iter().enumerate() {
            let named = probed.named.entry(subject.package.clone()).or_default();
            self.without(at, subject, &out[at], &done, named);
        }
        Ok(())
    }

    /// What the compiler said of one package without some of its impls.
    fn without(
        &self,
        at: usize,
        subject: &Subject,
        out: &BTreeMap<usize, &GoneImpl>,
        done: &BTreeMap<UnitHash, Replayed>,
        named: &mut Named,
    ) {
        let ok = |hash: &UnitHash| done.get(hash).is_some_and(|done| done.failure.is_none());
        let compiled = self.order.roots.iter().filter(|(_, of)| **of == at).all(|(h, _)| ok(h));
        let mut sites: BTreeSet<UseSite> = std::mem::take(&mut named.sites).into_iter().collect();
        let units = self.order.users.iter().filter_map(|hash| self.order.units.get(*hash));
        for user in subject.users.iter().filter(|_| compiled && !out.is_empty()) {
            let mut own = units.clone().filter(|unit| unit.package.name == *user).peekable();
            let any = own.peek().is_some();
            let mut all = true;
            for unit in own {
                all &= ok(&unit.hash);
                let Some(replayed) = done.get(&unit.hash) else { continue };
                for notice in &replayed.notices {
                    let Notice::Error { sites: places, .. } = notice else { continue };
                    for gone in wanted(notice, out).iter().filter_map(|number| out.get(number)) {
                        sites.extend(places.iter().filter_map(|place| {
                            let file = replayed.dir.join(&place.file);
                            let (line, column) = place.begin;
                            Some(UseSite {
                                package: user.clone(),
                                file: file.strip_prefix(&unit.manifest_dir).ok()?.to_owned(),
                                line,
                                column,
                                item: gone.item.path.clone(),
                                how: How::Infer,
                                confidence: Confidence::Exact,
                                inactive: false,
                            })
                        }));
                    }
                }
            }
            if any && all {
                let items = out.values().map(|gone| gone.item.path.clone()).collect();
                named.spared.insert(user.clone(), items);
            }
        }
        named.sites = sites.into_iter().collect();
    }

    /// A copy of each package that is asked about; without a unit of it, an empty folder.
    fn copies(&self, folder: &Path) -> Result<Vec<Copy>, Error> {
        let copy = |(at, subject): (usize, &Subject)| {
            let to = folder.join(format!("{at}-{}", subject.package.name));
            let unit = self.order.roots.iter().find(|(_, subject)| **subject == at);
            match unit.and_then(|(hash, _)| self.order.units.get(hash)) {
                Some(unit) => Copy::new(&unit.manifest_dir, &to),
                None => Ok(Copy::empty(&to)),
            }
        };
        self.request.subjects.iter().enumerate().map(copy).collect()
    }

    /// The marks that keep copies from compiling: those on the lines that errors name; all of a
    /// copy where none is named.
    fn blamed(&self, done: &BTreeMap<UnitHash, Replayed>, copies: &[Copy]) -> BTreeSet<usize> {
        let mut blamed = BTreeSet::new();
        for (hash, replayed) in done.iter().filter(|(_, replayed)| replayed.failure.is_some()) {
            let Some(copy) = self.order.roots.get(hash).and_then(|at| copies.get(*at)) else {
                continue;
            };
            let places = replayed.notices.iter().flat_map(|notice| match notice {
                Notice::Error { places, .. } => places.as_slice(),
                Notice::Use { .. } => &[],
            });
            let before = blamed.len();
            for place in places {
                let file = replayed.dir.join(&place.file);
                blamed.extend(copy.marks_at(&file, place.begin.0));
            }
            if blamed.len() == before {
                blamed.extend(copy.marked.keys());
            }
        }
        blamed
    }

    /// What the compiler said about one package.
    fn named(
        &self,
        at: usize,
        subject: &Subject,
        marks: &[(usize, &Mark)],
        copies: &[Copy],
        done: &BTreeMap<UnitHash, Replayed>,
    ) -> Named {
        let ok = |hash: &UnitHash| done.get(hash).is_some_and(|done| done.failure.is_none());
        let compiled = self.order.roots.iter().filter(|(_, of)| **of == at).all(|(h, _)| ok(h));
        let asked = copies[at].marked.keys().filter_map(|number| marks.get(*number));
        let asked = asked.map(|(_, mark)| mark.item.path.clone()).collect();
        let mut files = BTreeMap::new();
        let mut sites = BTreeSet::new();
        let units = self.order.users.iter().filter_map(|hash| self.order.units.get(*hash));
        for unit in units.clone().filter(|unit| subject.users.contains(&unit.package.name)) {
            let Some(replayed) = done.get(&unit.hash) else { continue };
            for notice in &replayed.notices {
                let Notice::Use { mark, kind, path, place, text } = notice else { continue };
                // What a macro of the package itself says, its next version says anew.
                if copies.iter().any(|copy| text.starts_with(&copy.to)) {
                    continue;
                }
                let Some((_, mark)) = marks.get(*mark).filter(|(of, _)| *of == at) else {
                    continue;
                };
                let tokens = tokens(&mut files, &replayed.dir.join(&place.file));
                let made = |tokens| is_made(tokens, place, path, &subject.derives);
                if !place.expanded && tokens.is_some_and(made) {
                    continue;
                }
                let item = item(mark, kind, path);
                sites.extend(site(tokens, unit, replayed, item, kind, place));
            }
        }
        let seen = subject
            .users
            .iter()
            .filter(|user| {
                let mut own = units.clone().filter(|unit| unit.package.name == **user).peekable();
                compiled && own.peek().is_some() && own.all(|unit| ok(&unit.hash))
            })
            .cloned()
            .collect();
        Named { sites: sites.into_iter().collect(), asked, seen, ..Named::default() }
    }

    fn gaps(&self, done: &BTreeMap<UnitHash, Replayed>, copies: &[Copy]) -> Vec<Gap> {
        let mut gaps = BTreeSet::new();
        for (subject, copy) in self.request.subjects.iter().zip(copies) {
            let (of, asked) = (subject.marks.len(), copy.marked.len());
            if asked < of {
                gaps.insert(Gap::new(
                    subject.package.name.clone(),
                    format!("the compiler was asked about {asked} of {of} changed items; the others are made by macros, or the source does not take the question"),
                ));
            }
        }
        for (hash, replayed) in done {
            if let (Some(unit), Some(why)) = (self.order.units.get(hash), &replayed.failure) {
                gaps.insert(Gap::new(
                    unit.package.name.clone(),
                    format!("the compiler could not be asked about it: {why}"),
                ));
            }
        }
        gaps.into_iter().collect()
    }
}

fn cpu(done: &BTreeMap<UnitHash, Replayed>) -> Duration {
    done.values().map(|replayed| replayed.cpu).sum()
}

/// The path of what is used: that of the mark, or of something that inherits it.
fn item(mark: &Mark, kind: &str, path: &str) -> String {
    let segments: Vec<&str> = path.split("::").collect();
    let last = segments.last().copied().unwrap_or_default();
    let named = segments.iter().rposition(|segment| *segment == mark.name());
    match named {
        Some(at) if at + 1 < segments.len() => {
            format!("{}::{}", mark.item.path, segments[at + 1..].join("::"))
        }
        // An enum and its variant can share a name.
        Some(at) if at > 0 && segments[at - 1] == last && !fits(kind, mark.kind) => {
            format!("{}::{last}", mark.item.path)
        }
        Some(_) | None => mark.item.path.clone(),
    }
}

/// The tokens of a file, read once.
fn tokens<'f>(files: &'f mut BTreeMap<PathBuf, Option<Tokens>>, path: &Path) -> Option<&'f Tokens> {
    let read = || std::fs::read_to_string(path).ok().and_then(|source| Tokens::read(&source));
    files.entry(path.to_owned()).or_insert_with(read).as_ref()
}

/// A use as a site of the user's package; `None` in code that a build script wrote.
fn site(
    tokens: Option<&Tokens>,
    unit: &Unit,
    replayed: &Replayed,
    item: String,
    kind: &str,
    place: &Place,
) -> Option<UseSite> {
    let path = replayed.dir.join(&place.file);
    let file = path.strip_prefix(&unit.manifest_dir).ok()?.to_owned();
    let found = how::read(tokens, place, kind);
    Some(UseSite {
        package: unit.package.name.clone(),
        file,
        line: found.line,
        column: found.column,
        item,
        how: found.how,
        confidence: Confidence::Exact,
        inactive: false,
    })
}
