//! Re-exports of other crates, replaced by the rows of the other crate's model.
//!
//! clap 4 defines nothing and re-exports clap_builder; clap 3 defines the same items itself. After
//! grafting both have the same rows under the same paths. Identity goes with it: a type of the
//! other crate that is grafted is named by its path here.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use ripe_model::{
    Alias, AliasTarget, ApiModel, CrateId, Definition, Facts, Namespace, Origin, Row, Rows, Source,
    TypePath,
};

use crate::join::inherits_hidden;
use crate::surface::Surface;
use crate::unfold::Aliases;
use crate::walk::{self, Visit};

/// How deep re-exports of re-exports are followed.
const DEPTH: usize = 8;

/// Replaces foreign aliases and foreign globs by the rows of the other crate's model, transitively,
/// as if the items were defined under the alias. What `others` does not know, and everything of the
/// sysroot, stays a re-export.
///
/// Cost: each row of another model is copied at most once.
pub fn graft(model: &ApiModel, others: &dyn Fn(&Origin) -> Option<Arc<ApiModel>>) -> ApiModel {
    let mut stack = vec![model.crates[0].clone()];
    graft_within(model, others, &mut stack).unwrap_or_else(|| model.clone())
}

/// The grafted model; `None` where there is nothing to graft, and the model itself is the result.
fn graft_within(
    model: &ApiModel,
    others: &dyn Fn(&Origin) -> Option<Arc<ApiModel>>,
    stack: &mut Vec<Origin>,
) -> Option<ApiModel> {
    let mut wanted: Vec<CrateId> =
        model.aliases.iter().filter_map(|a| foreign(&a.target)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut models: Vec<(CrateId, Arc<ApiModel>)> = Vec::new();
    for id in wanted {
        let origin = model.origin(id);
        if origin.source == Source::Sysroot || stack.len() > DEPTH || stack.contains(origin) {
            continue;
        }
        let Some(other) = others(origin) else { continue };
        stack.push(origin.clone());
        models.push((id, graft_within(&other, others, stack).map_or(other, Arc::new)));
        stack.pop();
    }
    if models.is_empty() {
        return None;
    }
    let mut grafter = Grafter::new(model, &models);
    grafter.place_all();
    Some(grafter.finish())
}

fn foreign(target: &AliasTarget) -> Option<CrateId> {
    match target {
        AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. } => Some(*krate),
        AliasTarget::Local(_) => None,
    }
}

/// An item of another model that gets a path here.
struct Placement {
    ours: String,
    ns: Namespace,
    other: usize,
    theirs: String,
    alias: Alias,
}

/// A definition: the crate, and the path in it.
type Home<'m> = (&'m Origin, &'m str);

struct Grafter<'m> {
    model: &'m ApiModel,
    others: Vec<(CrateId, Surface<'m>)>,
    /// For each other model: their definition paths to canonical ones.
    definitions: Vec<HashMap<(&'m str, Namespace), &'m str>>,
    taken: HashSet<(String, Namespace)>,
    /// What was copied: from which model, the row, its path here, whether it is hidden here.
    copied: Vec<(usize, &'m Row, String, bool)>,
    placed: HashMap<(usize, &'m str, Namespace), String>,
    /// For each other model: the crates and paths that define what it re-exports.
    homes: Vec<HashMap<(&'m str, Namespace), Vec<Home<'m>>>>,
    /// What was placed, by its definition: several models can re-export one item.
    settled: HashMap<(Home<'m>, Namespace), String>,
    aliases: Vec<Alias>,
    crates: Vec<Origin>,
    queue: VecDeque<Placement>,
}

impl<'m> Grafter<'m> {
    fn new(model: &'m ApiModel, models: &'m [(CrateId, Arc<ApiModel>)]) -> Self {
        let key = |row: &Row| (row.key.path.clone(), row.key.ns);
        let mut taken: HashSet<_> = model.rows.iter().map(key).collect();
        let local = |a: &&Alias| matches!(a.target, AliasTarget::Local(_));
        taken.extend(model.aliases.iter().filter(local).map(|a| (a.path.clone(), a.ns)));
        Grafter {
            model,
            others: models.iter().map(|(id, m)| (*id, Surface::new(m))).collect(),
            definitions: (models.iter())
                .map(|(_, m)| {
                    let pair =
                        |d: &'m Definition| ((d.defined_at.as_str(), d.ns), d.canonical.as_str());
                    m.definitions.iter().map(pair).collect()
                })
                .collect(),
            taken,
            copied: Vec::new(),
            placed: HashMap::new(),
            homes: models.iter().map(|(_, m)| homes(m)).collect(),
            settled: HashMap::new(),
            aliases: Vec::new(),
            crates: model.crates.clone(),
            queue: VecDeque::new(),
        }
    }

    fn other(&self, id: CrateId) -> Option<usize> {
        self.others.iter().position(|(other, _)| *other == id)
    }

    fn place_all(&mut self) {
        // Named re-exports come before globs, as names shadow globs; hidden ones after the others,
        // so that an item stands where it is shown.
        let model = self.model;
        let mut aliases = model.aliases.clone();
        for alias in &mut aliases {
            alias.hidden |= !matches!(alias.target, AliasTarget::Local(_))
                && inherits_hidden(model, &alias.path);
        }
        aliases.sort_by_key(|alias| alias.hidden);
        for alias in &aliases {
            match &alias.target {
                AliasTarget::Foreign { krate, path, .. } => match self.other(*krate) {
                    Some(other) => self.enqueue(other, path, alias.clone()),
                    None => self.aliases.push(alias.clone()),
                },
                AliasTarget::Local(_) => self.aliases.push(alias.clone()),
                AliasTarget::ForeignGlob { .. } => {}
            }
        }
        self.drain();
        for alias in &aliases {
            if let AliasTarget::ForeignGlob { krate, path } = &alias.target {
                match self.other(*krate) {
                    Some(other) => self.glob(other, path, alias),
                    None => self.aliases.push(alias.clone()),
                }
            }
        }
        self.drain();
    }

    fn enqueue(&mut self, other: usize, theirs: &str, alias: Alias) {
        let (ours, ns) = (alias.path.clone(), alias.ns);
        self.queue.push_back(Placement { ours, ns, other, theirs: theirs.to_owned(), alias });
    }

    fn glob(&mut self, other: usize, path: &str, alias: &Alias) {
        let theirs = self.canonical(other, path, Namespace::Type).unwrap_or(path).to_owned();
        let model = self.others[other].1.model;
        let direct = |path: &str| {
            path.strip_prefix(&theirs)
                .and_then(|rest| rest.strip_prefix("::"))
                .filter(|name| !name.contains("::") && !name.contains('<'))
                .map(str::to_owned)
        };
        let item =
            |ns: Namespace| matches!(ns, Namespace::Type | Namespace::Value | Namespace::Macro);
        let rows = under(model, &theirs)
            .filter(|row| item(row.key.ns))
            .map(|r| (r.key.path.as_str(), r.key.ns));
        let aliases = model.aliases.iter().map(|a| (a.path.as_str(), a.ns));
        for (at, ns) in rows.chain(aliases) {
            let Some(name) = direct(at) else { continue };
            let ours = format!("{}::{name}", alias.path);
            if !self.taken.contains(&(ours.clone(), ns)) {
                let alias = Alias { path: ours, ns, ..alias.clone() };
                self.enqueue(other, at, alias);
            }
        }
    }

    /// The canonical path of an item of another model, from the path of its definition or any other.
    fn canonical(&self, other: usize, path: &str, ns: Namespace) -> Option<&'m str> {
        let surface = &self.others[other].1;
        if let Some(known) = self.definitions[other].get(&(path, ns)) {
            return Some(known);
        }
        surface.row(path, ns).map(|row| row.key.path.as_str())
    }

    fn drain(&mut self) {
        while let Some(next) = self.queue.pop_front() {
            self.place(next);
        }
    }

    fn place(&mut self, next: Placement) {
        let Placement { ours, ns, other, theirs, mut alias } = next;
        let Some(canonical) = self.canonical(other, &theirs, ns) else {
            self.stays_foreign(other, &theirs, ns, alias);
            return;
        };
        self.settle(other, canonical, ns);
        if let Some(placed) = self.placed.get(&(other, canonical, ns)) {
            if *placed != ours && self.taken.insert((ours, ns)) {
                alias.target = AliasTarget::Local(placed.clone());
                self.aliases.push(alias);
            }
            return;
        }
        let model = self.others[other].1.model;
        for row in under(model, canonical) {
            let own = row.key.path == canonical;
            if own && row.key.ns != ns || !own && ns != Namespace::Type {
                continue;
            }
            let path = format!("{ours}{}", &row.key.path[canonical.len()..]);
            let key = (other, row.key.path.as_str(), row.key.ns);
            self.settle(other, &row.key.path, row.key.ns);
            self.alias_if_elsewhere(other, row, &path, &alias);
            if self.placed.contains_key(&key) || !self.taken.insert((path.clone(), row.key.ns)) {
                continue;
            }
            for home in self.homes_of(other, &row.key.path, row.key.ns) {
                self.settled.insert((home, row.key.ns), path.clone());
            }
            self.placed.insert(key, path.clone());
            self.copied.push((other, row, path, alias.hidden));
        }
        if ns != Namespace::Type {
            return;
        }
        for inner in &model.aliases {
            let Some(rest) = inner.path.strip_prefix(canonical).filter(|r| r.starts_with("::"))
            else {
                continue;
            };
            let path = format!("{ours}{rest}");
            let alias = Alias { path, hidden: alias.hidden || inner.hidden, ..inner.clone() };
            match &inner.target {
                AliasTarget::Local(target) => self.enqueue(other, target, alias),
                AliasTarget::Foreign { .. } | AliasTarget::ForeignGlob { .. } => {
                    self.keep_foreign(other, alias);
                }
            }
        }
    }

    /// The definitions of an item of another model: those of what it re-exports, else its own.
    fn homes_of(&self, other: usize, theirs: &'m str, ns: Namespace) -> Vec<Home<'m>> {
        let own = || vec![(&self.others[other].1.model.crates[0], theirs)];
        self.homes[other].get(&(theirs, ns)).cloned().unwrap_or_else(own)
    }

    /// Notes where an item of another model stands, with everything in it, if it was placed already
    /// from a third model, which has it too.
    fn settle(&mut self, other: usize, theirs: &'m str, ns: Namespace) {
        if self.placed.contains_key(&(other, theirs, ns)) {
            return;
        }
        let homes = self.homes_of(other, theirs, ns);
        let Some(at) = homes.into_iter().find_map(|home| self.settled.get(&(home, ns))) else {
            return;
        };
        let model = self.others[other].1.model;
        for row in under(model, theirs) {
            let rest = &row.key.path[theirs.len()..];
            if rest.is_empty() && row.key.ns != ns {
                continue;
            }
            let key = (other, row.key.path.as_str(), row.key.ns);
            self.placed.entry(key).or_insert_with(|| format!("{at}{rest}"));
        }
    }

    /// An item inside a grafted module that already has a path here can be reached under both.
    fn alias_if_elsewhere(&mut self, other: usize, row: &'m Row, path: &str, alias: &Alias) {
        let placed = |path: &'m str, ns| self.placed.get(&(other, path, ns)).cloned();
        let Some(elsewhere) = placed(&row.key.path, row.key.ns) else { return };
        let in_place = crate::surface::split(&row.key.path)
            .zip(crate::surface::split(path))
            .is_some_and(|((theirs, _), (ours, _))| {
                placed(theirs, Namespace::Type).is_none_or(|at| at == ours)
            });
        let is_new = !self.taken.contains(&(path.to_owned(), row.key.ns));
        if in_place && is_new && elsewhere != path {
            self.taken.insert((path.to_owned(), row.key.ns));
            self.aliases.push(Alias {
                path: path.to_owned(),
                ns: row.key.ns,
                target: AliasTarget::Local(elsewhere),
                ..alias.clone()
            });
        }
    }

    /// A re-export of another crate's item that the other crate itself re-exports.
    fn stays_foreign(&mut self, other: usize, theirs: &str, ns: Namespace, mut alias: Alias) {
        let model = self.others[other].1.model;
        let inner = model.aliases.iter().find(|a| a.path == theirs && a.ns == ns);
        match inner.map(|a| &a.target) {
            Some(target @ (AliasTarget::Foreign { .. } | AliasTarget::ForeignGlob { .. })) => {
                alias.target = target.clone();
                self.keep_foreign(other, alias);
            }
            Some(AliasTarget::Local(_)) | None => self.aliases.push(alias),
        }
    }

    fn keep_foreign(&mut self, other: usize, mut alias: Alias) {
        let model = self.others[other].1.model;
        match &mut alias.target {
            AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. } => {
                *krate = self.intern(model.origin(*krate));
            }
            AliasTarget::Local(_) => {}
        }
        self.aliases.push(alias);
    }

    fn intern(&mut self, origin: &Origin) -> CrateId {
        let known = self.crates.iter().position(|o| o == origin);
        let at = known.unwrap_or_else(|| {
            self.crates.push(origin.clone());
            self.crates.len() - 1
        });
        CrateId(u32::try_from(at).unwrap_or(u32::MAX))
    }

    fn finish(mut self) -> ApiModel {
        let crate_maps: Vec<Vec<CrateId>> = (0..self.others.len())
            .map(|other| {
                let (id, model) = (self.others[other].0, self.others[other].1.model);
                let rest: Vec<CrateId> =
                    model.crates[1..].iter().map(|origin| self.intern(origin)).collect();
                std::iter::once(id).chain(rest).collect()
            })
            .collect();
        let bridge = self.bridge();
        let mut rows: Vec<Row> = Vec::with_capacity(self.model.rows.len() + self.copied.len());
        let models: Vec<&ApiModel> = self.others.iter().map(|(_, s)| s.model).collect();
        let own = Rename {
            crates: &[],
            here: None,
            placed: &self.placed,
            bridge: &bridge,
            models: &models,
            crate_name: self.model.crate_name(),
        };
        for row in &self.model.rows {
            rows.push(own.row(row, row.key.path.clone()));
        }
        for (other, row, path, hidden) in &self.copied {
            let rename = self.rename(*other, &crate_maps, &bridge, &models);
            let mut row = rename.row(row, path.clone());
            row.marks.hidden |= hidden;
            rows.push(row);
        }
        for other in 0..self.others.len() {
            let rename = self.rename(other, &crate_maps, &bridge, &models);
            let model = self.others[other].1.model;
            for row in model.rows.iter().filter(|row| row.key.ns == Namespace::Impl) {
                if let Some(header) = rename.header(row) {
                    rows.push(rename.row(row, header));
                }
            }
        }
        let grafted: HashSet<&str> = (self.copied.iter())
            .filter(|(_, row, ..)| matches!(row.facts, Facts::TypeAlias(_)))
            .map(|(_, _, path, _)| path.as_str())
            .collect();
        let named = rows.iter().map(|row| (row.key.path.as_str(), &row.facts));
        let aliases = Aliases::of(named.filter(|(path, _)| grafted.contains(path)));
        rows.iter_mut().for_each(|row| aliases.unfold(&mut row.facts));
        let mut definitions = self.model.definitions.to_vec();
        definitions.extend(self.new_definitions());
        definitions.sort();
        definitions.dedup();
        let (rows, _) = Rows::new(rows);
        self.aliases.sort_by(|a, b| (&a.path, a.ns, &a.target).cmp(&(&b.path, b.ns, &b.target)));
        self.aliases.dedup();
        ApiModel {
            rows,
            aliases: self.aliases,
            crates: self.crates,
            definitions: definitions.into(),
            ..self.model.clone()
        }
    }

    fn rename<'s>(
        &'s self,
        other: usize,
        crate_maps: &'s [Vec<CrateId>],
        bridge: &'s Bridge,
        models: &'s [&'m ApiModel],
    ) -> Rename<'s, 'm> {
        Rename {
            crates: &crate_maps[other],
            here: Some(other),
            placed: &self.placed,
            bridge,
            models,
            crate_name: self.model.crate_name(),
        }
    }

    /// Definition paths of grafted items, by crate, with their paths here.
    fn bridge(&mut self) -> Bridge {
        let mut bridge = Bridge::new();
        for definition in self.new_definitions() {
            let name = definition.defined_at.split("::").next().unwrap_or_default();
            let ids = self.crates.iter().enumerate().skip(1).filter(|(_, o)| o.crate_name == name);
            for (at, _) in ids {
                let id = CrateId(u32::try_from(at).unwrap_or(u32::MAX));
                bridge
                    .entry(id)
                    .or_default()
                    .insert(definition.defined_at.clone(), definition.canonical.clone());
            }
        }
        bridge
    }

    fn new_definitions(&self) -> Vec<Definition> {
        let mut found = Vec::new();
        for (_, row, ours, _) in &self.copied {
            if row.key.ns == Namespace::Type {
                found.push(Definition {
                    defined_at: row.key.path.clone(),
                    ns: row.key.ns,
                    canonical: ours.clone(),
                });
            }
        }
        for (at, (_, surface)) in self.others.iter().enumerate() {
            for definition in &surface.model.definitions {
                let key = (at, definition.canonical.as_str(), definition.ns);
                if let Some(ours) = self.placed.get(&key) {
                    found.push(Definition { canonical: ours.clone(), ..definition.clone() });
                }
            }
        }
        found
    }
}

/// The crates and paths that define what a model re-exports, by the paths there.
fn homes(model: &ApiModel) -> HashMap<(&str, Namespace), Vec<Home<'_>>> {
    let mut homes: HashMap<_, Vec<Home<'_>>> = HashMap::new();
    for definition in &model.definitions {
        let name = definition.defined_at.split("::").next().unwrap_or_default();
        let mut origins = model.crates[1..].iter().filter(|origin| origin.crate_name == name);
        // Of two versions of one crate nothing tells which one it is.
        if let (Some(origin), None) = (origins.next(), origins.next()) {
            let key = (definition.canonical.as_str(), definition.ns);
            homes.entry(key).or_default().push((origin, definition.defined_at.as_str()));
        }
    }
    homes
}

/// The rows of an item and of everything in it.
fn under<'m>(model: &'m ApiModel, path: &str) -> impl Iterator<Item = &'m Row> + use<'m> {
    let path = path.to_owned();
    model
        .rows
        .starting_at(&path)
        .take_while({
            let path = path.clone();
            move |row| row.key.path.starts_with(&path)
        })
        .filter(move |row| {
            let rest = &row.key.path[path.len()..];
            row.key.ns != Namespace::Impl
                && (rest.is_empty() || rest.starts_with("::") || rest.starts_with('<'))
        })
}

/// The paths here of what other crates define, by crate and path of the definition.
type Bridge = HashMap<CrateId, HashMap<String, String>>;

/// Names of one model in the words of the grafted one.
struct Rename<'s, 'm> {
    /// The ids of the other model's crates here; empty for the own rows.
    crates: &'s [CrateId],
    here: Option<usize>,
    placed: &'s HashMap<(usize, &'m str, Namespace), String>,
    bridge: &'s Bridge,
    models: &'s [&'m ApiModel],
    crate_name: &'m str,
}

impl Rename<'_, '_> {
    /// The path here of an item that has no row there, because nobody can name it: below the
    /// module that was grafted, so that it compares with an own item that nobody can name.
    fn unnameable(&self, here: usize, path: &str) -> Option<String> {
        let model = self.models.get(here)?;
        if model.rows.get(path, Namespace::Type).is_some() {
            return None;
        }
        let mut at = path.len();
        while let Some(end) = path[..at].rfind("::") {
            at = end;
            let module = self.placed.get(&(here, &path[..end], Namespace::Type)).cloned();
            if let Some(ours) = module {
                return Some(format!("{ours}{}", &path[end..]));
            }
        }
        Some(format!("{}{}", self.crate_name, &path[at..]))
    }

    fn row(&self, row: &Row, path: String) -> Row {
        let mut told = row.clone();
        told.key.path = path;
        walk::facts(&mut Visitor(self), &mut told.facts);
        if let Facts::Reexport(
            AliasTarget::Foreign { krate, .. } | AliasTarget::ForeignGlob { krate, .. },
        ) = &mut told.facts
            && let Some(to) = self.crates.get(krate.0 as usize)
        {
            *krate = *to;
        }
        told
    }

    /// The header of an impl of the other model under the names here; `None` if neither its type
    /// nor its trait was grafted.
    fn header(&self, row: &Row) -> Option<String> {
        let Facts::Impl(i) = &row.facts else { return None };
        let mut paths = Paths(Vec::new());
        walk::path(&mut paths, &mut i.trait_.clone());
        walk::ty(&mut paths, &mut i.self_ty.clone());
        paths.0.sort();
        paths.0.dedup();
        let mut header = row.key.path.clone();
        let mut touched = false;
        for theirs in paths.0.iter().rev() {
            if let Some(ours) = self.placed.get(&(self.here?, theirs.as_str(), Namespace::Type)) {
                header = header.replace(theirs.as_str(), ours);
                touched = true;
            }
        }
        touched.then_some(header)
    }
}

struct Paths(Vec<String>);

impl Visit for Paths {
    fn path(&mut self, path: &mut TypePath) {
        if path.krate == CrateId::LOCAL {
            self.0.push(path.path.clone());
        }
    }
}

struct Visitor<'v, 's, 'm>(&'v Rename<'s, 'm>);

impl Visit for Visitor<'_, '_, '_> {
    fn path(&mut self, path: &mut TypePath) {
        let rename = self.0;
        if let Some(here) = rename.here {
            if path.krate == CrateId::LOCAL
                && let Some(ours) =
                    rename.placed.get(&(here, path.path.as_str(), Namespace::Type)).cloned()
            {
                path.path = ours;
                return;
            }
            if path.krate == CrateId::LOCAL
                && let Some(ours) = rename.unnameable(here, &path.path)
            {
                path.path = ours;
                return;
            }
            if let Some(to) = rename.crates.get(path.krate.0 as usize) {
                path.krate = *to;
            }
        }
        if path.krate != CrateId::LOCAL
            && let Some(ours) =
                rename.bridge.get(&path.krate).and_then(|known| known.get(&path.path))
        {
            path.path.clone_from(ours);
            path.krate = CrateId::LOCAL;
        }
    }
}
