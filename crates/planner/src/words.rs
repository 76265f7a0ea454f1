//! Small words that several sentences share.

use ripe_model::UseSite;

/// `1 item`, `3 items`.
pub(crate) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// The places of some sites with their packages, unique and sorted: `src/main.rs:12`.
pub(crate) fn places<'a>(sites: impl IntoIterator<Item = &'a UseSite>) -> Vec<(&'a str, String)> {
    let mut sites: Vec<&UseSite> = sites.into_iter().collect();
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
