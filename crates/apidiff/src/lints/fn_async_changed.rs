//! A function became `async`, or stopped being so.

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_async_changed",
    about: "callers must, or must no longer, await",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Definite,
    hurts: &[How::Call, How::Path, How::Implement],
    witness: &[Witness::Call, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let (o, n) = (&old.signature, &new.signature);
    match (o.is_async, n.is_async) {
        (true, true) | (false, false) => Vec::new(),
        (true, false) if awaits_to(&n.output, &o.output) => {
            vec![Found::harmless("a future of the same output, no longer `async fn`", Bump::Patch)]
        }
        (false, true) if awaits_to(&o.output, &n.output) => {
            vec![Found::harmless("now `async fn` with the same output", Bump::Patch)]
        }
        (true, false) => vec![Found::new("no longer `async`")],
        (false, true) => vec![Found::new("now `async`")],
    }
}

/// Whether a type is `impl Future<Output = output>`.
fn awaits_to(ty: &Ty, output: &Ty) -> bool {
    let Ty::Impl(bounds) = ty else { return false };
    crate::impls::traits(bounds).any(|t| {
        t.path.ends_with("::Future")
            && t.bindings.iter().any(|b| matches!(&b.binding, Binding::Type(t) if t == output))
    })
}
