//! What a lint is: data, and one pure function.

use ripe_model::{Bump, Certainty, How, ItemKind};

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
}
