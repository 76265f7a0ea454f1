//! Whether code under a `cfg` is on.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::CfgSet;

/// The value of a `cfg` predicate where only some of the configuration is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Truth {
    On,
    Off,
    Unknown,
}

impl Truth {
    fn not(self) -> Truth {
        match self {
            Truth::On => Truth::Off,
            Truth::Off => Truth::On,
            Truth::Unknown => Truth::Unknown,
        }
    }

    fn of(on: bool) -> Truth {
        if on { Truth::On } else { Truth::Off }
    }
}

/// Whether the attributes leave an item out of the unit.
pub(crate) fn is_off(attrs: &[Attribute], set: &CfgSet) -> bool {
    attrs.iter().any(|attr| {
        if attr.path().is_ident("test") || attr.path().is_ident("bench") {
            return !set.test;
        }
        attr.path().is_ident("cfg")
            && attr.parse_args::<Meta>().is_ok_and(|meta| eval(&meta, set) == Truth::Off)
    })
}

/// The attributes with `cfg_attr` unfolded where its predicate is not off.
pub(crate) fn unfold(attrs: &[Attribute], set: &CfgSet) -> Vec<Meta> {
    let mut metas = Vec::new();
    for attr in attrs {
        unfold_meta(&attr.meta, set, &mut metas);
    }
    metas
}

fn unfold_meta(meta: &Meta, set: &CfgSet, into: &mut Vec<Meta>) {
    match meta {
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            if let Ok(parts) = list.parse_args_with(parser) {
                let mut parts = parts.iter();
                if parts.next().is_some_and(|pred| eval(pred, set) != Truth::Off) {
                    parts.for_each(|part| unfold_meta(part, set, into));
                }
            }
        }
        Meta::Path(_) | Meta::List(_) | Meta::NameValue(_) => into.push(meta.clone()),
    }
}

/// Evaluates a predicate (Rust Reference, "Conditional compilation").
pub(crate) fn eval(meta: &Meta, set: &CfgSet) -> Truth {
    match meta {
        Meta::Path(path) => {
            let Some(word) = path.get_ident().map(ToString::to_string) else {
                return Truth::Unknown;
            };
            match word.as_str() {
                "test" => Truth::of(set.test),
                "doc" | "doctest" | "docsrs" | "miri" | "loom" | "fuzzing" => Truth::Off,
                "true" => Truth::On,
                "false" => Truth::Off,
                "debug_assertions" => Truth::On,
                "unix" | "windows" => {
                    set.target.as_ref().map_or(Truth::Unknown, |t| Truth::of(t.contains(&word)))
                }
                _ => match &set.target {
                    Some(target) if target.contains(&word) => Truth::On,
                    Some(_) | None => Truth::Unknown,
                },
            }
        }
        Meta::NameValue(pair) => {
            let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(value), .. }) = &pair.value else {
                return Truth::Unknown;
            };
            let (value, Some(name)) = (value.value(), pair.path.get_ident()) else {
                return Truth::Unknown;
            };
            let name = name.to_string();
            if name == "feature" {
                return set
                    .features
                    .as_ref()
                    .map_or(Truth::Unknown, |features| Truth::of(features.contains(&value)));
            }
            let Some(target) = &set.target else { return Truth::Unknown };
            let known = name.starts_with("target_") || name == "panic";
            match target.contains(&format!("{name}=\"{value}\"")) {
                true => Truth::On,
                false if known => Truth::Off,
                false => Truth::Unknown,
            }
        }
        Meta::List(list) => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let Ok(parts) = list.parse_args_with(parser) else { return Truth::Unknown };
            let values: Vec<Truth> = parts.iter().map(|part| eval(part, set)).collect();
            let fold = |decides: Truth| {
                if values.contains(&decides) {
                    decides
                } else if values.contains(&Truth::Unknown) {
                    Truth::Unknown
                } else {
                    decides.not()
                }
            };
            if list.path.is_ident("all") {
                fold(Truth::Off)
            } else if list.path.is_ident("any") {
                fold(Truth::On)
            } else if list.path.is_ident("not") {
                values.first().map_or(Truth::Unknown, |v| v.not())
            } else {
                Truth::Unknown
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(predicate: &str, truth: Truth) {
        let set = CfgSet {
            features: Some(["std".to_owned()].into()),
            target: Some(["unix".to_owned(), "target_os=\"linux\"".to_owned()].into()),
            test: false,
        };
        let meta: Meta = syn::parse_str(predicate).expect("a predicate");
        assert_eq!(eval(&meta, &set), truth, "{predicate}");
    }

    #[test]
    fn predicates_evaluate_with_what_is_known() {
        check("unix", Truth::On);
        check("windows", Truth::Off);
        check("feature = \"std\"", Truth::On);
        check("all(feature = \"std\", feature = \"extra\")", Truth::Off);
        check("any(feature = \"extra\", mine)", Truth::Unknown);
        check("not(test)", Truth::On);
        check("any(target_os = \"linux\", mine)", Truth::On);
        check("all(target_os = \"macos\", mine)", Truth::Off);
    }
}
