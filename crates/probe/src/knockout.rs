//! Which impl an error is about, where impls were taken out of a package.

use std::collections::{BTreeMap, BTreeSet};

use crate::mark::GoneImpl;
use crate::notice::Notice;

/// The impls that an error can be for want of, by number: those whose trait and type it names, else
/// those of which it names either, and of a single one whatever it says.
pub(crate) fn wanted(notice: &Notice, out: &BTreeMap<usize, &GoneImpl>) -> BTreeSet<usize> {
    let Notice::Error { words, .. } = notice else { return BTreeSet::new() };
    let names: BTreeSet<&str> =
        words.split(|char: char| !char.is_alphanumeric() && char != '_').collect();
    let of = |fits: &dyn Fn(&GoneImpl) -> bool| -> BTreeSet<usize> {
        out.iter().filter(|(_, gone)| fits(gone)).map(|(number, _)| *number).collect()
    };
    let (of_trait, on_type) = (
        |gone: &GoneImpl| names.contains(gone.of.as_str()),
        |gone: &GoneImpl| names.contains(gone.on.as_str()),
    );
    let both = of(&|gone| of_trait(gone) && on_type(gone));
    let either = of(&|gone| of_trait(gone) || on_type(gone));
    match (both.is_empty(), either.is_empty()) {
        (false, _) => both,
        (true, false) => either,
        (true, true) if out.len() == 1 => out.keys().copied().collect(),
        (true, true) => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use ripe_model::{ItemKey, Namespace, Span};

    use super::*;

    #[test]
    fn an_error_wants_the_impl_whose_names_it_says() {
        let gone = |of: &str, on: &str| GoneImpl {
            span: Span { file: "lib.rs".into(), line: 1, column: 1, end_line: 1 },
            item: ItemKey::new(format!("impl {of} for {on}"), Namespace::Impl),
            of: of.to_owned(),
            on: on.to_owned(),
        };
        let impls = [gone("Copy", "S"), gone("Clone", "S"), gone("Clone", "T")];
        let out: BTreeMap<usize, &GoneImpl> = impls.iter().enumerate().collect();
        let wanted = |words: &str, out: &BTreeMap<usize, &GoneImpl>| {
            let words = words.to_owned();
            let error =
                Notice::Error { message: String::new(), places: vec![], sites: vec![], words };
            wanted(&error, out).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(wanted("the trait bound `d::S: Clone` is not satisfied", &out), [1]);
        assert_eq!(wanted("no method named `clone` found for struct `T`", &out), [2]);
        assert_eq!(wanted("use of moved value", &out), Vec::<usize>::new());
        let one = BTreeMap::from([(0, &impls[0])]);
        assert_eq!(wanted("use of moved value", &one), [0]);
    }
}
