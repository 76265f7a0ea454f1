//! Collects sites while the sources are read.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::path::PathBuf;

use proc_macro2::Span;
use proc_macro2::extra::DelimSpan;
use ripe_model::{Confidence, How};

use crate::seen::{MacroRange, Untyped};
use crate::types::Def;
use crate::world::World;

/// A site before paths are made relative and sites are sorted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Raw {
    pub(crate) api: u16,
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
    pub(crate) column: u32,
    pub(crate) item: String,
    pub(crate) how: How,
    pub(crate) confidence: Confidence,
    pub(crate) inactive: bool,
}

/// Where sites go.
#[derive(Default)]
pub(crate) struct Sink {
    pub(crate) sites: RefCell<Vec<Raw>>,
    /// The files by the name that spans give them.
    names: HashMap<String, PathBuf>,
    /// Whether the code that is read is left out of the unit.
    pub(crate) inactive: Cell<bool>,
    /// The best that a site can be here: tokens that were not parsed make it worse.
    pub(crate) at_best: Cell<Option<Confidence>>,
    /// The derives of the item that is read.
    pub(crate) derives: RefCell<Vec<Def>>,
    pub(crate) methods_typed: Cell<usize>,
    pub(crate) methods_untyped: Cell<usize>,
    pub(crate) macros_parsed: Cell<usize>,
    pub(crate) macros_by_tokens: Cell<usize>,
    /// Method calls on values of unknown type that led to no site.
    pub(crate) untyped: RefCell<Vec<Untyped>>,
    /// Where macro calls and definitions stand.
    pub(crate) macros: RefCell<Vec<MacroRange>>,
    /// The last lookup of a file: spans of one file follow each other.
    last: RefCell<Option<(String, PathBuf)>>,
}

/// The item that stands for all members of an owner: who names every variant in a `match`, or
/// every field in a literal or pattern, uses what is not there yet.
pub(crate) const ALL_MEMBERS: &str = "::..";

/// After a type that is named without all of its arguments.
pub(crate) const DEFAULTED: &str = "<..>";

/// After a type or trait that is named with lifetimes.
pub(crate) const LIFETIMES: &str = "<'>";

/// Between a trait in scope and the name of a call that some other item answers: the call becomes
/// ambiguous if the trait gets an item of that name.
pub(crate) const BY_NAME: &str = ".";

impl Sink {
    /// A sink for spans of these files.
    pub(crate) fn new(names: HashMap<String, PathBuf>) -> Sink {
        Sink { names, ..Sink::default() }
    }

    /// Reports a use of a definition, if it is a row.
    pub(crate) fn def(&self, world: &World<'_>, def: Def, how: How, span: Span, sure: Confidence) {
        if let (Def::Api(k, _), Some((_, row))) = (def, world.row(def)) {
            self.path(k, &row.key.path, how, span, sure);
        }
    }

    /// Reports a use of all members of a definition.
    pub(crate) fn members(
        &self,
        world: &World<'_>,
        def: Def,
        how: How,
        span: Span,
        sure: Confidence,
    ) {
        if let (Def::Api(k, _), Some((_, row))) = (def, world.row(def)) {
            self.path(k, &format!("{}{ALL_MEMBERS}", row.key.path), how, span, sure);
        }
    }

    /// Reports a use of a path of a surface.
    pub(crate) fn path(&self, api: u16, item: &str, how: How, span: Span, sure: Confidence) {
        let Some((file, line, column)) = self.place(span) else { return };
        let confidence = self.at_best.get().map_or(sure, |best| best.max(sure));
        self.sites.borrow_mut().push(Raw {
            api,
            file,
            line,
            column,
            item: item.to_owned(),
            how,
            confidence,
            inactive: self.inactive.get(),
        });
    }

    /// Notes a method call that led to no site; `shared` if the name is also one of the standard
    /// library or of the source.
    pub(crate) fn unresolved(&self, name: &str, shared: bool, span: Span) {
        if let Some((file, line, _)) = self.place(span).filter(|_| !self.inactive.get()) {
            let untyped = Untyped { name: name.to_owned(), file, line, shared };
            self.untyped.borrow_mut().push(untyped);
        }
    }

    /// Notes where a macro's tokens stand.
    pub(crate) fn in_macro(&self, delimiters: &DelimSpan) {
        let (open, close) = (delimiters.open(), delimiters.close());
        if let (Some((file, line, column)), Some(end)) = (self.place(open), self.place(close)) {
            let range = MacroRange { file, from: (line, column), to: (end.1, end.2) };
            self.macros.borrow_mut().push(range);
        }
    }

    fn place(&self, span: Span) -> Option<(PathBuf, u32, u32)> {
        let name = span.file();
        let start = span.start();
        let mut last = self.last.borrow_mut();
        let file = match &*last {
            Some((known, file)) if *known == name => file.clone(),
            _ => {
                let file = self.names.get(&name)?.clone();
                *last = Some((name, file.clone()));
                file
            }
        };
        Some((file, start.line as u32, start.column as u32 + 1))
    }

    /// Runs `read` for code whose sites are at best this sure.
    pub(crate) fn at_best<R>(&self, sure: Confidence, read: impl FnOnce() -> R) -> R {
        let before = self.at_best.get();
        self.at_best.set(Some(before.map_or(sure, |b| b.max(sure))));
        let result = read();
        self.at_best.set(before);
        result
    }

    /// Runs `read` for code that is inactive if `off`.
    pub(crate) fn inactive<R>(&self, off: bool, read: impl FnOnce() -> R) -> R {
        let before = self.inactive.get();
        self.inactive.set(before || off);
        let result = read();
        self.inactive.set(before);
        result
    }

    pub(crate) fn count(cell: &Cell<usize>) {
        cell.set(cell.get() + 1);
    }
}
