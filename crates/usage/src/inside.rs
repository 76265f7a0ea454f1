//! What changed inside the functions of a dependency that are called: their bodies and those of
//! the private functions that they call, token by token, from the sources of both versions.
//!
//! Invariant: this says what to read, and never that something breaks. Comments, blanks and line
//! breaks are no change. A callee whose name leaves open which function it is is not followed, nor
//! is one that others can call too: its own callers are told about it.

mod bodies;
mod calls;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use ripe_model::{ApiModel, ChangedFunction, Facts, Inside, Namespace, Span};

use crate::LibrarySource;
use crate::scan::on_a_stack;

pub(crate) use bodies::type_name;
use bodies::{Bodies, Body, Name};
pub(crate) use calls::{Call, calls};

/// Compares the functions among `called`, which are paths of `surface`, the locked version's.
/// `None` where no function is called, or the sources of one version cannot be read.
pub fn changed_inside(
    called: &BTreeSet<&str>,
    surface: &ApiModel,
    locked: &LibrarySource,
    target: &LibrarySource,
) -> Option<Inside> {
    let functions: Vec<(&str, &Span)> = called
        .iter()
        .filter_map(|item| Some((*item, surface.rows.get(item, Namespace::Value)?)))
        .filter(|(_, row)| matches!(row.facts, Facts::Function(_)))
        .filter_map(|(item, row)| Some((item, row.span.as_ref()?)))
        .collect();
    if functions.is_empty() {
        return None;
    }
    let public: BTreeSet<(PathBuf, u32)> = surface
        .rows
        .iter()
        .filter(|row| matches!(row.facts, Facts::Function(_)))
        .filter_map(|row| row.span.as_ref().map(|span| (span.file.clone(), span.line)))
        .collect();
    on_a_stack(|| {
        let (old, new) = (Bodies::of(locked)?, Bodies::of(target)?);
        Some(Versions { old: &old, new: &new, public: &public }.compare(&functions))
    })?
}

/// The functions of both versions.
struct Versions<'a> {
    old: &'a Bodies,
    new: &'a Bodies,
    /// Where the functions stand that others can call.
    public: &'a BTreeSet<(PathBuf, u32)>,
}

impl<'a> Versions<'a> {
    fn compare(&self, functions: &[(&str, &Span)]) -> Inside {
        let mut inside = Inside::default();
        let mut counted: BTreeMap<&Name, u32> = BTreeMap::new();
        for (item, span) in functions {
            let Some((name, old)) = self.old.at(span) else { continue };
            let Some(new) = self.new.like(name) else { continue };
            inside.called += 1;
            let mut here: BTreeMap<&Name, u32> = BTreeMap::new();
            for reached in self.reached(name) {
                if let Some(lines) = self.difference(reached) {
                    here.insert(reached, lines);
                }
            }
            if here.is_empty() {
                continue;
            }
            let through = here.keys().filter(|reached| **reached != name);
            inside.changed.push(ChangedFunction {
                item: (*item).to_owned(),
                old_span: old.span.clone(),
                new_span: new.first().map_or_else(|| old.span.clone(), |new| new.span.clone()),
                through: through.map(ToString::to_string).collect(),
                lines: here.values().sum(),
            });
            counted.extend(here);
        }
        inside.lines = counted.values().sum();
        inside
    }

    /// A function and the private ones that it calls in the locked version, directly or not.
    fn reached(&self, from: &'a Name) -> BTreeSet<&'a Name> {
        let mut reached = BTreeSet::from([from]);
        let mut work = vec![from];
        while let Some(name) = work.pop() {
            for body in self.old.named(name) {
                for call in &body.calls {
                    let Some(callee) = self.callee(name, call) else { continue };
                    if reached.insert(callee) {
                        work.push(callee);
                    }
                }
            }
        }
        reached
    }

    /// The private function that a call in `caller` means, where its name leaves no doubt.
    fn callee(&self, caller: &Name, call: &Call) -> Option<&'a Name> {
        let fits = |name: &Name| match call {
            Call::Free(_) => name.of.is_none(),
            Call::Of(owner, _) if owner == "Self" => name.of.is_some() && name.of == caller.of,
            Call::Of(owner, _) => match &name.of {
                Some(of) => of == owner,
                None => name.module.rsplit("::").next() == Some(owner),
            },
            Call::OnSelf(_) => name.of == caller.of,
            Call::Method(_) => name.of.is_some(),
        };
        let function = match call {
            Call::Free(f) | Call::Of(_, f) | Call::OnSelf(f) | Call::Method(f) => f,
        };
        let fitting: Vec<&'a Name> = self.old.called(function).filter(|name| fits(name)).collect();
        let one = match fitting.as_slice() {
            [one] => one,
            several => several.iter().find(|name| name.module == caller.module)?,
        };
        self.old.named(one).iter().all(|body| self.is_private(body)).then_some(*one)
    }

    fn is_private(&self, body: &Body) -> bool {
        !body.of_trait && !self.public.contains(&(body.span.file.clone(), body.span.line))
    }

    /// How many lines are new or gone in a function; `None` where its tokens are the same, or it
    /// stands in one version only.
    fn difference(&self, name: &Name) -> Option<u32> {
        let (old, new) = (self.old.named(name), self.new.like(name)?);
        let tokens = |bodies: &'a [Body]| {
            let mut tokens: Vec<&str> = bodies.iter().map(|body| body.tokens.as_str()).collect();
            tokens.sort_unstable();
            tokens
        };
        if tokens(old) == tokens(new) {
            return None;
        }
        let mut left: BTreeMap<&str, i64> = BTreeMap::new();
        for (bodies, step) in [(old, 1), (new, -1)] {
            for line in bodies.iter().flat_map(|body| &body.lines) {
                *left.entry(line).or_default() += step;
            }
        }
        let lines: u64 = left.values().map(|n| n.unsigned_abs()).sum();
        // A line that is only broken otherwise still has to be looked at.
        Some(u32::try_from(lines).unwrap_or(u32::MAX).max(1))
    }
}
