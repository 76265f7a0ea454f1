//! What the compiler says, as far as it is about our marks.

use std::path::PathBuf;

use serde::Deserialize;

use crate::edit::NOTE;

/// A diagnostic of rustc (rustc book, "JSON Output").
#[derive(Debug, Deserialize)]
struct Diagnostic {
    message: String,
    level: String,
    #[serde(default)]
    spans: Vec<DiagnosticSpan>,
    #[serde(default)]
    children: Vec<Diagnostic>,
}

#[derive(Debug, Clone, Deserialize)]
struct DiagnosticSpan {
    file_name: PathBuf,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
    is_primary: bool,
    label: Option<String>,
    expansion: Option<Box<Expansion>>,
}

#[derive(Debug, Clone, Deserialize)]
struct Expansion {
    span: DiagnosticSpan,
}

/// A place, in the file as rustc names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    /// Line and column of the beginning, from 1.
    pub(crate) begin: (u32, u32),
    /// Line and column after the end.
    pub(crate) end: (u32, u32),
    /// Whether a macro that is invoked there made the code.
    pub(crate) expanded: bool,
}

/// What the compiler said that matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A use of the item of a mark, or of something that belongs to it.
    Use {
        /// The number of the mark.
        mark: usize,
        /// What is used, in the compiler's words: `tuple variant`.
        kind: String,
        /// The path of its definition.
        path: String,
        /// Where.
        place: Place,
        /// The file that holds the text of it: that of a macro's definition, where one made it.
        text: PathBuf,
    },
    /// The code does not compile.
    Error {
        /// The first line of the message.
        message: String,
        /// The places that it names, each through all its expansions.
        places: Vec<Place>,
        /// Where a person wrote what does not compile.
        sites: Vec<Place>,
        /// All words of it.
        words: String,
    },
}

/// Reads a line of rustc's output.
pub(crate) fn read(line: &str) -> Option<Notice> {
    let diagnostic: Diagnostic = serde_json::from_str(line).ok()?;
    if diagnostic.level.starts_with("error") {
        let message = diagnostic.message.lines().next().unwrap_or_default().to_owned();
        let places = diagnostic.spans.iter().flat_map(all).collect();
        let primary = diagnostic.spans.iter().filter(|span| span.is_primary);
        let sites = primary.map(outermost).collect();
        return Some(Notice::Error { message, places, sites, words: words(&diagnostic) });
    }
    let (said, note) = diagnostic.message.rsplit_once(NOTE)?;
    let mark = note.trim().parse().ok()?;
    let said = said.strip_prefix("use of deprecated ")?;
    let (kind, path) = said.split_once(" `")?;
    let span = diagnostic.spans.iter().find(|span| span.is_primary)?;
    Some(Notice::Use {
        mark,
        kind: kind.to_owned(),
        path: path.split('`').next().unwrap_or_default().to_owned(),
        place: outermost(span),
        text: span.file_name.clone(),
    })
}

/// Where the code stands that a person wrote.
fn outermost(span: &DiagnosticSpan) -> Place {
    match &span.expansion {
        Some(expansion) => Place { expanded: true, ..outermost(&expansion.span) },
        None => place(span),
    }
}

/// The message with its labels and notes.
fn words(diagnostic: &Diagnostic) -> String {
    let labels = diagnostic.spans.iter().filter_map(|span| span.label.clone());
    let notes = diagnostic.children.iter().map(words);
    let all: Vec<String> =
        std::iter::once(diagnostic.message.clone()).chain(labels).chain(notes).collect();
    all.join("\n")
}

fn all(span: &DiagnosticSpan) -> Vec<Place> {
    let mut places = vec![place(span)];
    if let Some(expansion) = &span.expansion {
        places.extend(all(&expansion.span));
    }
    places
}

fn place(span: &DiagnosticSpan) -> Place {
    Place {
        file: span.file_name.clone(),
        begin: (span.line_start, span.column_start),
        end: (span.line_end, span.column_end),
        expanded: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_inside_a_macro_stands_where_the_macro_is_invoked() {
        let span = |file: &str, line: u32, expansion: &str| {
            format!(
                r#"{{"file_name":"{file}","line_start":{line},"line_end":{line},"column_start":3,"column_end":5,"is_primary":true,"expansion":{expansion}}}"#
            )
        };
        let inner =
            span("/dep/lib.rs", 1, &format!(r#"{{"span":{}}}"#, span("src/a.rs", 9, "null")));
        let line = format!(
            r#"{{"level":"warning","message":"use of deprecated tuple variant `d::E::A`: ripe-probe:12","spans":[{inner}]}}"#
        );
        let place = Place { file: "src/a.rs".into(), begin: (9, 3), end: (9, 5), expanded: true };
        let expected = Notice::Use {
            mark: 12,
            kind: "tuple variant".to_owned(),
            path: "d::E::A".to_owned(),
            place,
            text: "/dep/lib.rs".into(),
        };
        assert_eq!(read(&line), Some(expected));
        let other = line.replace("ripe-probe:12", "use f instead");
        assert_eq!(read(&other), None, "the author's own deprecations are not ours");
        assert_eq!(read("text of a macro"), None);
    }
}
