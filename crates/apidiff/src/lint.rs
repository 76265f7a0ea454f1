//! What a lint is: data, and one pure function.

use ripe_model::{Bump, Certainty, How, ItemKind};

use crate::Delta;

/// A rule about one kind of event.
pub struct Lint {
    /// `<subject>_<event>`; one id for one event on all kinds of item.
    pub id: &'static str,
    /// One sentence for a person: what happened, and why it matters.
    pub about: &'static str,
    /// The kinds of item that it looks at; empty is all.
    pub kinds: &'static [ItemKind],
    /// The bump that it asks for unless the rule says otherwise for a case.
    pub bump: Bump,
    /// How sure it is unless the rule says otherwise for a case.
    pub certainty: Certainty,
    /// The kinds of use that it breaks unless the rule says otherwise for a case.
    pub hurts: &'static [How],
    /// The shapes of client code that show the break, in the order in which to try them.
    pub witness: &'static [Witness],
    /// The rule.
    pub judge: fn(&Delta<'_>) -> Vec<Found>,
}

/// A shape of client code that compiles against the old version and not against the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Witness {
    /// `use path::to::item as _;`
    Import,
    /// A call with `todo!()` of the old types for every parameter.
    Call,
    /// `let _: fn(Old) -> Old = path::to::item;`
    Coerce,
    /// A literal with every public field.
    Construct,
    /// A `match` that lists every variant, or a pattern that lists every field.
    Match,
    /// `let _: Old = value.field;`
    Field,
    /// An `impl` of the trait with exactly the old required items.
    Implement,
    /// `fn w<T: Trait>(t: T)` that uses what the bound promises.
    Bound,
    /// The type in a signature, with its old arguments.
    Type,
    /// `fn needs<T: Trait>() {} needs::<Type>();`
    Satisfies,
    /// A use in a constant: `const _: Ty = path;`
    Constant,
    /// An invocation that the old matcher took.
    Macro,
    /// A `#[derive(…)]` with its helper attributes.
    Derive,
    /// A manifest that names the feature.
    Manifest,
    /// A call whose argument is inferred: `f(x.into())`.
    Infer,
}

/// Every kind of use.
pub(crate) const EVERY_USE: &[How] = &[
    How::Import,
    How::Path,
    How::Call,
    How::Construct,
    How::Match,
    How::Field,
    How::Implement,
    How::Bound,
    How::Type,
    How::Macro,
    How::Derive,
    How::Infer,
];

/// What a rule found; what it does not say is the lint's own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// One line: what was, what is.
    pub detail: String,
    /// Another bump than the lint's.
    pub bump: Option<Bump>,
    /// Another certainty than the lint's.
    pub certainty: Option<Certainty>,
    /// Other uses than the lint's.
    pub hurts: Option<Vec<How>>,
    /// What to write instead.
    pub suggestion: Option<String>,
    /// The member of the item that it is about.
    pub member: Option<String>,
    /// Marks behind the item's path, as the scan of a client sets them: [`UseSite::BY`](ripe_model::UseSite::BY),
    /// [`UseSite::INTO`](ripe_model::UseSite::INTO).
    pub marks: Vec<String>,
}

impl Found {
    /// A finding as the lint states it.
    pub fn new(detail: impl Into<String>) -> Found {
        Found { detail: detail.into(), ..Found::default() }
    }

    /// A finding that breaks nobody: nothing is hurt, and a smaller bump is enough.
    pub fn harmless(detail: impl Into<String>, bump: Bump) -> Found {
        Found::new(detail).bump(bump).hurts(&[])
    }

    /// With another bump.
    pub fn bump(mut self, bump: Bump) -> Found {
        self.bump = Some(bump);
        self
    }

    /// With another certainty.
    pub fn certainty(mut self, certainty: Certainty) -> Found {
        self.certainty = Some(certainty);
        self
    }

    /// With other uses.
    pub fn hurts(mut self, hurts: &[How]) -> Found {
        self.hurts = Some(hurts.to_vec());
        self
    }

    /// About a method or another value among the item's members.
    pub fn member(mut self, name: &str) -> Found {
        self.member = Some(name.to_owned());
        self
    }

    /// With marks.
    pub fn marks(mut self, marks: Vec<String>) -> Found {
        self.marks = marks;
        self
    }

    /// With a suggestion.
    pub fn suggest(mut self, suggestion: Option<String>) -> Found {
        self.suggestion = suggestion;
        self
    }
}
