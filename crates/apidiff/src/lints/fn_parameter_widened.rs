//! A parameter takes more types than before: inferred arguments may become ambiguous, and implementors must follow.

use ripe_model::{FunctionFacts, Predicate};

use super::prelude::*;

pub(crate) static LINT: Lint = Lint {
    id: "fn_parameter_widened",
    about: "an argument whose type was inferred from the parameter, like `f(x.into())`, may become ambiguous",
    kinds: &[ItemKind::Function, ItemKind::Method, ItemKind::AssocFunction],
    bump: Bump::Major,
    certainty: Certainty::Possible,
    hurts: &[How::Call, How::Path],
    witness: &[Witness::Infer, Witness::Coerce, Witness::Implement],
    judge,
};

fn judge(d: &Delta<'_>) -> Vec<Found> {
    let Some((old, new)) = d.functions() else { return Vec::new() };
    let breaks_impls = d.fn_change().is_some_and(|c| c.implementors_break) && d.in_open_trait();
    let found = on_events(d, |event| match event {
        FnEvent::ParamWidened(at) | FnEvent::ParamCoerced(at) => {
            let ((name, was), (_, is)) = (&old.signature.params[*at], &new.signature.params[*at]);
            let shape = match event {
                FnEvent::ParamCoerced(_) => "breaks where the function is used as a value",
                _ => "breaks calls whose argument is inferred, like `f(x.into())`",
            };
            Some(format!(
                "parameter `{name}`: `{}` became `{}`; {shape}",
                Show(was),
                argument(new, is)
            ))
        }
        _ => None,
    });
    if breaks_impls {
        return found.into_iter().map(|f| f.certainty(Certainty::Definite)).collect();
    }
    found
}

/// A parameter's type; an anonymous generic by its bounds.
fn argument(f: &FunctionFacts, ty: &Ty) -> String {
    let bounds: Vec<String> = (f.generics.predicates.iter())
        .filter_map(|p| match p {
            Predicate::Bound { ty: t, bound } if t == ty => Some(Show(bound).to_string()),
            _ => None,
        })
        .collect();
    match ty {
        Ty::Param(..) if !bounds.is_empty() => format!("impl {}", bounds.join(" + ")),
        _ => Show(ty).to_string(),
    }
}
