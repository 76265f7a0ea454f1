//! Witnesses: clients that compile against the old version and not against the new one.
//!
//! ```text
//! change, old model --shapes of its lint--> [Client] --crate of modules--> rustc, old then new
//! ```
//!
//! A client is text in three parts. The point is the use that the change is said to break; what
//! stands before and after it only makes it compile. An error anywhere else proves nothing.
//!
//! Invariant: the compiler is a function that is passed in; nothing here runs or reads anything.
//! Invariant: a client names only what the old version offered, in the old version's words.

mod bound;
mod call;
mod constant;
mod field;
mod function;
mod implement;
mod import;
mod judge;
mod literal;
mod macros;
mod names;
mod satisfies;
mod scope;
mod spell;
mod types;

use ripe_model::{Bump, Certainty, Change, CrateId, Facts, Generics, Level, Namespace, Row, Ty};

pub use judge::{Compile, Proof, Refusal, Side, prove};
pub use names::{ForeignName, extern_name};

use crate::lint::Witness;
use crate::lints::LINTS;
use crate::surface::{Surface, split, without_args};
use names::Names;
use scope::Scope;
use spell::{Spell, Trouble, absolute};

/// Client code in three parts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client {
    /// What has to stand before the point.
    pub before: String,
    /// The use that the change is said to break.
    pub point: String,
    /// What has to stand after the point.
    pub after: String,
}

impl Client {
    /// The three parts, each on lines of its own.
    pub fn text(&self) -> String {
        let parts = [&self.before, &self.point, &self.after].into_iter();
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).map(String::as_str).collect();
        parts.join("\n")
    }

    /// The same, all of it the point.
    fn as_point(&self) -> Client {
        Client { before: String::new(), point: self.text(), after: String::new() }
    }
}

/// Whether a change is one that a client can be asked to prove: it is said to stop some client from
/// compiling.
pub fn is_provable(change: &Change) -> bool {
    change.certainty == Certainty::Definite
        && change.bump == Bump::Major
        && !change.hurts.is_empty()
}

/// One change with both models, while its clients are written.
struct Ask<'m> {
    old: &'m Surface<'m>,
    new: &'m Surface<'m>,
    names: &'m Names,
    change: &'m Change,
    /// The old row.
    row: &'m Row,
    /// The path under which a client finds it.
    path: &'m str,
    clients: Vec<Client>,
    trouble: Trouble,
}

impl<'m> Ask<'m> {
    /// Writes one client; what cannot be written is kept.
    fn draft(&mut self, write: impl FnOnce(&Self, &mut Spell<'m>) -> Option<Client>) {
        let mut spell = Spell::new(self.old.model, self.names);
        let client = write(self, &mut spell);
        let trouble = spell.into_trouble();
        if trouble.is_none() {
            self.clients.extend(client.filter(|client| !self.clients.contains(client)));
        } else {
            self.trouble.unnamed.extend(trouble.unnamed);
            self.trouble.cannot = self.trouble.cannot.take().or(trouble.cannot);
        }
    }

    /// The row of the item in the new version, where there is one.
    fn new_row(&self) -> Option<&'m Row> {
        self.new.row(&self.change.item.path, self.row.key.ns)
    }

    /// The path that the change speaks of.
    fn path(&self) -> &'m str {
        self.path
    }

    /// The old row of the item to which a member belongs, with the path that the change gives it.
    fn owner(&self) -> Option<(&'m Row, &'m str)> {
        let (owner, _) = split(self.path())?;
        let owner = without_args(owner);
        Some((self.old.row(owner, Namespace::Type)?, owner))
    }

    /// The name of the item.
    fn name(&self) -> String {
        spell::ident(self.row.key.name())
    }
}

/// The type of an item under a path with its own parameters as arguments, and their generics.
fn applied<'m>(row: &'m Row, path: &str) -> (String, Option<&'m Generics>) {
    let generics = crate::lints::generics_of(&row.facts);
    let args = generics.map(|g| scope::arguments(g, Level::Item)).unwrap_or_default();
    let name = absolute(path);
    (if args.is_empty() { name } else { format!("{name}<{}>", args.join(", ")) }, generics)
}

/// A function of a client: its head is set up, its body is the point.
fn function(
    spell: &Spell<'_>,
    scope: &Scope<'_>,
    kind: &str,
    params: &str,
    returns: &str,
    body: String,
) -> Client {
    let (generics, conditions) = (scope.params(spell), scope.conditions(spell));
    Client {
        before: format!("pub {kind}fn w{generics}({params}){returns}{conditions} {{"),
        point: body,
        after: "}".to_owned(),
    }
}

/// The clients of one change.
struct Written {
    clients: Vec<Client>,
    trouble: Trouble,
}

fn write(old: &Surface<'_>, new: &Surface<'_>, names: &Names, change: &Change) -> Written {
    let nothing = |why: &str| Written {
        clients: Vec::new(),
        trouble: Trouble { cannot: Some(why.to_owned()), ..Trouble::default() },
    };
    let Some(lint) = LINTS.iter().find(|lint| lint.id == change.lint) else {
        return nothing("no lint of this name");
    };
    let Some((row, path)) = subject(old, new, change) else {
        return nothing("the old version has no such item");
    };
    let trouble = Trouble::default();
    let mut ask = Ask { old, new, names, change, row, path, clients: Vec::new(), trouble };
    for shape in lint.witness {
        match shape {
            Witness::Import => import::write(&mut ask),
            Witness::Call => call::write(&mut ask),
            Witness::Coerce => call::coerce(&mut ask),
            Witness::Construct => literal::construct(&mut ask),
            Witness::Match => literal::take_apart(&mut ask),
            Witness::Field => field::write(&mut ask),
            Witness::Implement => implement::write(&mut ask),
            Witness::Bound => bound::write(&mut ask),
            Witness::Type => types::write(&mut ask),
            Witness::Satisfies => satisfies::write(&mut ask),
            Witness::Constant => constant::write(&mut ask),
            Witness::Macro => macros::invoke(&mut ask),
            Witness::Derive => macros::derive(&mut ask),
            // Cargo judges manifests, and what only inference can tell is never definite.
            Witness::Manifest | Witness::Infer => {}
        }
    }
    let Ask { clients, mut trouble, .. } = ask;
    if clients.is_empty() && trouble.is_none() {
        let why = format!("no client for this {} is written", kind_of(row));
        trouble.cannot = Some(why);
    }
    Written { clients, trouble }
}

/// The old row that a client of a change uses, with its path: of an impl that is new, the type or
/// trait of the old version that gets it.
fn subject<'m>(
    old: &Surface<'m>,
    new: &Surface<'m>,
    change: &'m Change,
) -> Option<(&'m Row, &'m str)> {
    let path = change.item.path.as_str();
    if change.item.ns != Namespace::Impl {
        return Some((old.row(path, change.item.ns)?, path));
    }
    if let Some(row) = old.model.rows.get(path, Namespace::Impl) {
        return Some((row, path));
    }
    let Facts::Impl(added) = &new.model.rows.get(path, Namespace::Impl)?.facts else { return None };
    let path = match (&*change.lint, &added.self_ty) {
        ("drop_added", Ty::Path(own)) if own.krate == CrateId::LOCAL => &own.path,
        (_, _) if added.trait_.krate == CrateId::LOCAL => &added.trait_.path,
        (_, _) => return None,
    };
    Some((old.row(path, Namespace::Type)?, path))
}

fn kind_of(row: &Row) -> String {
    match &row.facts {
        Facts::Feature(_) => "feature: only cargo can tell".to_owned(),
        facts => facts.kind().to_string(),
    }
}
