//! Calls with the old arguments, and the function as a value of its old type.

use ripe_model::{Facts, FunctionFacts, Receiver, Ty};

use super::function::Callee;
use super::{Ask, function};

/// A call. What the change is not about is left to inference, as far as it goes.
pub(super) fn write(ask: &mut Ask<'_>) {
    let row = ask.row;
    let Facts::Function(f) = &row.facts else { return };
    let detail = &ask.change.detail;
    let params = f.signature.params.iter();
    let wanted: Vec<bool> =
        params.map(|(name, _)| detail.starts_with(&format!("parameter `{name}`:"))).collect();
    let forms: &[bool] = match &*ask.change.lint {
        "fn_return_type_changed" | "fn_async_changed" | "fn_lifetimes_tightened" => &[true],
        "public_dependency_major_moved" => &[false, true],
        _ => &[false],
    };
    for (alone, given_back) in
        [true, false].into_iter().flat_map(|alone| forms.iter().map(move |form| (alone, *form)))
    {
        let typed = |at: usize| !alone || wanted[at];
        called(ask, f, &typed, given_back);
        if !given_back {
            by_method(ask, f, &typed);
        }
    }
    mentioned(ask, f);
}

/// `path::<O0>(a0, any())`, its result typed where it is the point.
fn called<'m>(
    ask: &mut Ask<'m>,
    f: &'m FunctionFacts,
    typed: &dyn Fn(usize) -> bool,
    given_back: bool,
) {
    ask.draft(|ask, spell| {
        let callee = Callee::of(ask, f, spell)?;
        let (params, args) = callee.arguments(spell, typed);
        let (path, named) = (&callee.path, callee.turbofish());
        let call = callee.wrapped(format!("{path}{named}({})", args.join(", ")));
        if !given_back {
            let point = format!("let _ = {call};");
            return Some(function(spell, &callee.scope, "", &params, "", point));
        }
        let (kind, end) = if f.signature.is_async { ("async ", ".await") } else { ("", "") };
        let output = &f.signature.output;
        let returns = spell.returns(output);
        let client =
            function(spell, &callee.scope, kind, &params, &returns, format!("{call}{end}"));
        // What an `impl Trait` promises is judged where it stands.
        Some(if matches!(output, Ty::Impl(_)) { client.as_point() } else { client })
    });
}

/// `a0.name(any())`
fn by_method<'m>(ask: &mut Ask<'m>, f: &'m FunctionFacts, typed: &dyn Fn(usize) -> bool) {
    if f.receiver == Receiver::None {
        return;
    }
    ask.draft(|ask, spell| {
        let callee = Callee::of(ask, f, spell)?;
        let (params, args) = callee.arguments(spell, |at| at == 0 || typed(at));
        let (name, named) = (ask.name(), callee.turbofish());
        let call = callee.wrapped(format!("a0.{name}{named}({})", args[1..].join(", ")));
        let point = format!("let _ = {call};");
        Some(function(spell, &callee.scope, "", &params, "", point))
    });
}

/// `let _ = path::<O0>;`, where more than the signature changed.
fn mentioned<'m>(ask: &mut Ask<'m>, f: &'m FunctionFacts) {
    let shows = matches!(
        &*ask.change.lint,
        "item_removed" | "fn_bound_added" | "fn_generics_changed" | "item_kind_changed"
    );
    if shows {
        ask.draft(|ask, spell| {
            let callee = Callee::of(ask, f, spell)?;
            let point = format!("let _ = {}{};", callee.path, callee.turbofish());
            Some(function(spell, &callee.scope, "", "", "", point))
        });
    }
}

/// `let _: fn(Old) -> Old = path::<O0>;`
pub(super) fn coerce(ask: &mut Ask<'_>) {
    let row = ask.row;
    let Facts::Function(f) = &row.facts else { return };
    if f.signature.is_async {
        return;
    }
    ask.draft(|ask, spell| {
        let mut callee = Callee::of(ask, f, spell)?;
        callee.scope.outliving = true;
        let open = (0..f.signature.params.len()).any(|at| callee.is_open(at));
        let named = if open { String::new() } else { callee.turbofish() };
        let ty = spell.fn_pointer(&f.signature);
        let point = format!("let _: {ty} = {}{named};", callee.path);
        Some(function(spell, &callee.scope, "", "", "", point))
    });
}
