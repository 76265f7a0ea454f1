//! What the compiler is asked about: items of the locked version, each with a mark.

use std::collections::{BTreeMap, BTreeSet};

use ripe_model::{
    AliasTarget, ApiModel, Change, Facts, ItemKey, ItemKind, Namespace, PackageId, Row, Span, Ty,
};

/// A locked package whose uses are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The package.
    pub package: PackageId,
    /// The items that are asked about, each once.
    pub marks: Vec<Mark>,
    /// The impls without which it is tried, each once.
    pub impls: Vec<GoneImpl>,
    /// The names of the packages in which uses are looked for.
    pub users: BTreeSet<String>,
    /// The names of the derives that the package offers: what they make is no use of it, since its
    /// next version makes something else.
    pub derives: BTreeSet<String>,
}

/// An item that is asked about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where it is defined.
    pub span: Span,
    /// Its canonical path in the locked model.
    pub item: ItemKey,
    /// What it is.
    pub kind: ItemKind,
}

/// An impl of a trait that is gone in the new version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoneImpl {
    /// Where it stands; of a derived one, the name in the `derive`.
    pub span: Span,
    /// The row of the impl.
    pub item: ItemKey,
    /// The last name of the trait's path.
    pub of: String,
    /// The last name of the type's path.
    pub on: String,
}

impl Mark {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.item.name()
    }
}

impl Subject {
    /// What has to be asked about changes: the items that changed in a way that can hurt a use, and
    /// the members that go with one that is gone. The models are those of the units of the
    /// package.
    pub fn new<'a>(
        package: &PackageId,
        changes: &[&Change],
        models: impl IntoIterator<Item = &'a ApiModel>,
        users: BTreeSet<String>,
    ) -> Subject {
        let mut marks = BTreeMap::new();
        let mut impls = BTreeMap::new();
        for model in models {
            let gone = changes.iter().filter(|change| change.lint == "impl_removed");
            impls.extend(gone.filter_map(|change| Some((&change.item, gone_impl(change, model)?))));
            let rows = changes
                .iter()
                .filter(|change| !change.hurts.is_empty())
                .flat_map(|change| rows_of(change, model));
            for row in rows {
                let kind = row.facts.kind();
                if let (Some(span), true) = (&row.span, can_be_marked(row.key.ns, kind)) {
                    let mark = Mark { span: span.clone(), item: row.key.clone(), kind };
                    marks.entry(row.key.clone()).or_insert(mark);
                }
            }
        }
        Subject {
            package: package.clone(),
            marks: marks.into_values().collect(),
            impls: impls.into_values().collect(),
            users,
            derives: BTreeSet::new(),
        }
    }

    /// What has to be asked of another package, whose items this one re-exports, about the changes
    /// of this one: a mark on its source, under the path of the surface. `own` are the models of
    /// the units of this package without the items of others, `theirs` is one of the other.
    pub fn of_reexports(
        changes: &[&Change],
        own: &[&ApiModel],
        surface: &ApiModel,
        theirs: &ApiModel,
        users: BTreeSet<String>,
    ) -> Subject {
        let at = |row: &Row| Some((row.span.clone()?, row.key.name().to_owned(), row.facts.kind()));
        let is_own =
            |row: &Row| own.iter().any(|m| m.rows.find(&row.key.path, row.key.ns).is_some());
        let mut asked = Subject::new(&theirs.package, changes, [surface], users);
        asked.impls.clear();
        let names: BTreeSet<String> =
            asked.marks.iter().map(|mark| mark.item.name().to_owned()).collect();
        let last = |path: &str| path.rsplit("::").next().is_some_and(|name| names.contains(name));
        let rows = (0..theirs.rows.len()).filter(|place| last(theirs.rows.key(*place).0));
        let known: BTreeSet<_> = rows.filter_map(|place| at(theirs.rows.row(place))).collect();
        asked.marks.retain(|mark| {
            let row = surface.rows.get(&mark.item.path, mark.item.ns);
            row.is_some_and(|row| !is_own(row) && at(row).is_some_and(|at| known.contains(&at)))
        });
        asked.with_derives_of(surface)
    }

    /// With what another one asks of the same package. Of two marks at one place this one's stays.
    pub fn and(mut self, other: Subject) -> Subject {
        let taken: BTreeSet<Span> = self.marks.iter().map(|mark| mark.span.clone()).collect();
        self.marks.extend(other.marks.into_iter().filter(|mark| !taken.contains(&mark.span)));
        self.impls.extend(other.impls);
        self.users.extend(other.users);
        self.derives.extend(other.derives);
        self
    }

    /// With the derives of a surface of the package, under each of their names.
    pub fn with_derives_of(mut self, surface: &ApiModel) -> Subject {
        let is = |path: &str| {
            let row = surface.rows.get(path, Namespace::Macro);
            row.is_some_and(|row| row.facts.kind() == ItemKind::DeriveMacro)
        };
        let name = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
        let rows = &surface.rows;
        let derives = (0..rows.len()).filter(|at| rows.kind(*at) == ItemKind::DeriveMacro);
        self.derives.extend(derives.map(|at| name(rows.key(at).0)));
        self.derives.extend(surface.aliases.iter().filter_map(|alias| match &alias.target {
            AliasTarget::Local(path) => is(path).then(|| name(&alias.path)),
            AliasTarget::Foreign { .. } | AliasTarget::ForeignGlob { .. } => None,
        }));
        self
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty() && self.impls.is_empty()
    }
}

/// An impl of a type of its own crate or of another, as it can be taken out of the source.
fn gone_impl(change: &Change, model: &ApiModel) -> Option<GoneImpl> {
    let row = model.rows.get(&change.item.path, Namespace::Impl)?;
    let Facts::Impl(facts) = &row.facts else { return None };
    let Ty::Path(on) = &facts.self_ty else { return None };
    let last = |path: &str| path.rsplit("::").next().unwrap_or(path).to_owned();
    (!facts.is_negative && !facts.is_blanket).then_some(())?;
    Some(GoneImpl {
        span: row.span.clone()?,
        item: row.key.clone(),
        of: last(&facts.trait_.path),
        on: last(&on.path),
    })
}

/// The rows of a change: its item, and all that belongs to it where it is gone.
fn rows_of<'a>(change: &Change, model: &'a ApiModel) -> impl Iterator<Item = &'a Row> {
    let own = model.rows.get(&change.item.path, change.item.ns);
    let gone = change.lint == "item_removed" && change.item.ns == Namespace::Type;
    let prefix = format!("{}::", change.item.path);
    let members = model.rows.starting_at(&prefix).take_while({
        let prefix = prefix.clone();
        move |row| gone && row.key.path.starts_with(&prefix)
    });
    own.into_iter().chain(members)
}

/// Whether Rust lets an item of this kind carry `#[deprecated]` (Rust Reference, "The deprecated
/// attribute"). Re-exports do not pass it on, and trait impls do not have it.
fn can_be_marked(ns: Namespace, kind: ItemKind) -> bool {
    match kind {
        ItemKind::Module
        | ItemKind::Struct
        | ItemKind::Union
        | ItemKind::Enum
        | ItemKind::Variant
        | ItemKind::Field
        | ItemKind::Function
        | ItemKind::Method
        | ItemKind::AssocFunction
        | ItemKind::Trait
        | ItemKind::TypeAlias
        | ItemKind::AssocType
        | ItemKind::AssocConst
        | ItemKind::Const
        | ItemKind::Static
        | ItemKind::ExternType
        | ItemKind::Macro
        | ItemKind::ProcMacro
        | ItemKind::AttributeMacro
        | ItemKind::DeriveMacro => ns != Namespace::Impl,
        ItemKind::TraitAlias
        | ItemKind::Impl
        | ItemKind::Reexport
        | ItemKind::Feature
        | ItemKind::Package => false,
    }
}
