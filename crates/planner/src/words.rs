//! Small words that several sentences share.

use ripe_model::{Change, UseSite};

/// `1 item`, `3 items`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The places of some changes, unique and sorted: `src/main.rs:12`.
pub(crate) fn places(
    changes: &[(Change, Vec<UseSite>)],
    keep: impl Fn(&UseSite) -> bool,
) -> Vec<(&str, String)> {
    let mut sites: Vec<&UseSite> =
        changes.iter().flat_map(|(_, sites)| sites).filter(|site| keep(site)).collect();
    sites.sort_by(|a, b| (&a.package, &a.file, a.line).cmp(&(&b.package, &b.file, b.line)));
    sites.dedup_by(|a, b| (&a.package, &a.file, a.line) == (&b.package, &b.file, b.line));
    sites
        .into_iter()
        .map(|site| (site.package.as_str(), format!("{}:{}", site.file.display(), site.line)))
        .collect()
}

/// The first of some places, and how many more there are: `src/a.rs:1 and 3 more`.
pub(crate) fn first_of<'a>(places: impl IntoIterator<Item = &'a String>) -> String {
    let mut places = places.into_iter();
    let first = places.next().cloned().unwrap_or_default();
    match places.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// Names in a row: `a`, `a and b`, `a, b and 3 more`.
pub(crate) fn names(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [a, b] => format!("{a} and {b}"),
        [a, b, c] => format!("{a}, {b} and {c}"),
        [a, b, rest @ ..] => format!("{a}, {b} and {} more", rest.len()),
    }
}
