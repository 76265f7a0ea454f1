//! One row that differs, with what a rule may ask about its surroundings.

use std::cell::OnceCell;

use ripe_model::{ApiModel, Facts, FunctionFacts, FunctionRole, ItemKind, Namespace, Row};
use rustc_hash::FxHashSet;

use crate::function::{self, FnChange};
use crate::hosted::Doubts;
use crate::retell::Retelling;
use crate::surface::{Surface, split, without_args};
use crate::world::World;

/// Both models with their indexes, for the rules.
pub(crate) struct Context<'m> {
    pub(crate) old: Surface<'m>,
    pub(crate) new: Surface<'m>,
    pub(crate) old_world: World<'m>,
    pub(crate) new_world: World<'m>,
    pub(crate) retelling: Retelling,
    /// The types and traits that are new.
    pub(crate) added_types: FxHashSet<&'m str>,
    /// What cannot be claimed.
    pub(crate) doubts: Doubts,
}

/// A row that was removed, added or changed. The old row is told in the new model's terms.
pub struct Delta<'a> {
    /// The old row; `None` for an addition.
    pub old: Option<&'a Row>,
    /// The new row; `None` for a removal.
    pub new: Option<&'a Row>,
    pub(crate) cx: &'a Context<'a>,
    function: OnceCell<Option<FnChange>>,
}

impl<'a> Delta<'a> {
    pub(crate) fn new(old: Option<&'a Row>, new: Option<&'a Row>, cx: &'a Context<'a>) -> Self {
        Delta { old, new, cx, function: OnceCell::new() }
    }

    /// The row that names the item: the old one if there is one.
    pub fn row(&self) -> &'a Row {
        self.old.or(self.new).expect("a delta has at least one side")
    }

    /// What the item is, or was.
    pub fn kind(&self) -> ItemKind {
        self.row().facts.kind()
    }

    /// Both rows, of a change.
    pub fn both(&self) -> Option<(&'a Row, &'a Row)> {
        Some((self.old?, self.new?))
    }

    /// The old row, of a removal.
    pub fn removed(&self) -> Option<&'a Row> {
        match (self.old, self.new) {
            (Some(old), None) => Some(old),
            (_, _) => None,
        }
    }

    /// The new row, of an addition.
    pub fn added(&self) -> Option<&'a Row> {
        match (self.old, self.new) {
            (None, Some(new)) => Some(new),
            (_, _) => None,
        }
    }

    /// Both functions, of a changed function.
    pub fn functions(&self) -> Option<(&'a FunctionFacts, &'a FunctionFacts)> {
        match (&self.old?.facts, &self.new?.facts) {
            (Facts::Function(old), Facts::Function(new)) => Some((old, new)),
            (_, _) => None,
        }
    }

    /// What a changed function means to its callers and implementors, judged once.
    pub(crate) fn fn_change(&self) -> Option<&FnChange> {
        self.function
            .get_or_init(|| {
                let (old, new) = self.functions()?;
                Some(function::compare(&self.cx.new_world, old, new))
            })
            .as_ref()
    }

    /// Whether the item belongs to a trait that clients could implement in the old version.
    pub fn in_open_trait(&self) -> bool {
        let row = self.row();
        let in_trait = match &row.facts {
            Facts::Function(f) => matches!(f.role, FunctionRole::Trait { .. }),
            Facts::AssocType(_) => true,
            Facts::AssocConst(c) => c.in_trait,
            _ => false,
        };
        in_trait
            && self
                .owner(self.cx.old.model, row)
                .or_else(|| self.owner(self.cx.new.model, row))
                .is_some_and(|trait_| is_open_trait(trait_) && !self.is_closed_by_blanket(trait_))
    }

    /// Whether the item belongs to a trait.
    pub fn in_trait(&self) -> bool {
        match &self.row().facts {
            Facts::Function(f) => matches!(f.role, FunctionRole::Trait { .. }),
            Facts::AssocType(_) => true,
            Facts::AssocConst(c) => c.in_trait,
            _ => false,
        }
    }

    /// The row of the item to which a member belongs.
    pub(crate) fn owner<'m>(&self, model: &'m ApiModel, row: &Row) -> Option<&'m Row> {
        if row.key.ns == Namespace::Impl {
            return None;
        }
        let (owner, _) = split(&row.key.path)?;
        model.rows.get(without_args(owner), Namespace::Type)
    }
}

/// Whether a row is a trait that clients can implement.
pub(crate) fn is_open_trait(row: &Row) -> bool {
    match &row.facts {
        Facts::Trait(t) => t.sealed.is_none(),
        _ => false,
    }
}
