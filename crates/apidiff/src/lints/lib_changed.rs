//! The package has no library any more, or one of another name or sort.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "lib_changed",
    about: "`use` of the crate stops compiling",
    kinds: &[ItemKind::Package],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: EVERY_USE,
    witness: &[Witness::Import],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.both() else { return Vec::new() };
    let (Facts::Package(o), Facts::Package(n)) = (&old.facts, &new.facts) else {
        return Vec::new();
    };
    if o.has_lib && !n.has_lib {
        return vec![Found::new("it has no library any more")];
    }
    if o.has_lib && o.lib_name != n.lib_name {
        let word = |l: &Option<String>| l.clone().unwrap_or_default();
        return vec![Found::new(format!(
            "its library is called `{}` instead of `{}`",
            word(&n.lib_name),
            word(&o.lib_name)
        ))];
    }
    if o.has_lib && o.proc_macro != n.proc_macro {
        return vec![Found::new("whether its library is a procedural macro changed")];
    }
    if !o.has_lib && n.has_lib {
        return vec![Found::harmless("it has a library now", Bump::Minor)];
    }
    Vec::new()
}
