//! The rows of a model, sorted by key: whole, or as they are stored until somebody asks.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::stored::Decode;
use crate::{CrateId, Facts, ItemKey, ItemKind, Namespace, Row, StoredRows};

/// Rows sorted by key, each key once. Cheap to clone: the rows are shared.
///
/// What was stored is decoded row by row, when it is asked for. What it says of a row without
/// decoding it is asked by position.
#[derive(Clone, Default)]
pub struct Rows {
    stored: Option<(Arc<StoredRows>, Decode)>,
    slots: Vec<Slot>,
    whole: OnceLock<Vec<Arc<Row>>>,
}

#[derive(Clone)]
struct Slot {
    /// The place among the stored rows.
    at: Option<u32>,
    row: OnceLock<Arc<Row>>,
}

impl Slot {
    fn whole(row: Arc<Row>) -> Slot {
        Slot { at: None, row: OnceLock::from(row) }
    }
}

impl Rows {
    /// Sorts, and keeps the first of rows with equal keys. Returns the keys that were given twice.
    pub fn new(rows: Vec<Row>) -> (Rows, Vec<ItemKey>) {
        Rows::of_shared(rows.into_iter().map(Arc::new).collect())
    }

    /// Like [`new`](Rows::new), of rows that need not be copied.
    pub fn of_shared(mut rows: Vec<Arc<Row>>) -> (Rows, Vec<ItemKey>) {
        rows.sort_by(|a, b| a.key.cmp(&b.key));
        let mut twice = Vec::new();
        rows.dedup_by(|later, first| {
            let same = later.key == first.key;
            if same {
                twice.push(later.key.clone());
            }
            same
        });
        let slots = rows.into_iter().map(Slot::whole).collect();
        (Rows { slots, ..Rows::default() }, twice)
    }

    /// Rows that are decoded when they are asked for.
    pub fn of_stored(stored: StoredRows, decode: Decode) -> Rows {
        let places = 0..u32::try_from(stored.len()).unwrap_or(u32::MAX);
        let slots = places.map(|at| Slot { at: Some(at), row: OnceLock::new() }).collect();
        Rows { stored: Some((Arc::new(stored), decode)), slots, whole: OnceLock::new() }
    }

    /// The row of a key.
    pub fn get(&self, path: &str, ns: Namespace) -> Option<&Row> {
        self.find(path, ns).map(|at| self.row(at))
    }

    /// The position of the row of a key.
    pub fn find(&self, path: &str, ns: Namespace) -> Option<usize> {
        let at = self.first(|at| self.key(at) < (path, ns));
        (at < self.len() && self.key(at) == (path, ns)).then_some(at)
    }

    /// The first position that is not before.
    fn first(&self, before: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if before(middle) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// These rows and more; of equal keys, the row that is here.
    pub fn and(&self, more: Vec<Row>) -> Rows {
        let (more, _) = Rows::new(more);
        let mut slots = Vec::with_capacity(self.len() + more.len());
        let mut at = 0;
        for (key, slot) in more.slots.iter().enumerate().map(|(n, slot)| (more.key(n), slot)) {
            while at < self.len() && self.key(at) < key {
                slots.push(self.slots[at].clone());
                at += 1;
            }
            if at == self.len() || self.key(at) != key {
                slots.push(slot.clone());
            }
        }
        slots.extend_from_slice(&self.slots[at..]);
        Rows { stored: self.stored.clone(), slots, whole: OnceLock::new() }
    }

    /// The rows from the first whose path is not before `path`, in order.
    pub fn starting_at(&self, path: &str) -> RowsIter<'_> {
        RowsIter { rows: self, left: self.first(|at| self.key(at).0 < path)..self.len() }
    }

    /// All rows, in order.
    pub fn iter(&self) -> RowsIter<'_> {
        RowsIter { rows: self, left: 0..self.len() }
    }

    /// All rows, in order and by position.
    pub fn as_slice(&self) -> &[Arc<Row>] {
        self.whole.get_or_init(|| (0..self.len()).map(|at| self.shared(at).clone()).collect())
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The row at a position.
    pub fn row(&self, at: usize) -> &Row {
        self.shared(at)
    }

    fn shared(&self, at: usize) -> &Arc<Row> {
        let slot = &self.slots[at];
        slot.row.get_or_init(|| {
            let (stored, decode) = self.stored.as_ref().expect("a row is whole or stored");
            let at = slot.at.expect("a row is whole or stored");
            Arc::new(stored.row(at as usize, *decode))
        })
    }

    /// The stored row at a position, where it is one.
    fn stored(&self, at: usize) -> Option<(&StoredRows, usize)> {
        let place = self.slots[at].at?;
        self.stored.as_ref().map(|(stored, _)| (&**stored, place as usize))
    }

    /// The key at a position.
    pub fn key(&self, at: usize) -> (&str, Namespace) {
        match self.stored(at) {
            Some((stored, place)) => (stored.path(place), stored.ns(place)),
            None => {
                let key = &self.row(at).key;
                (&key.path, key.ns)
            }
        }
    }

    /// The namespace at a position.
    pub fn ns(&self, at: usize) -> Namespace {
        match self.stored(at) {
            Some((stored, place)) => stored.ns(place),
            None => self.row(at).key.ns,
        }
    }

    /// Whether the item at a position is hidden.
    pub fn is_hidden(&self, at: usize) -> bool {
        match self.stored(at) {
            Some((stored, place)) => stored.is_hidden(place),
            None => self.row(at).marks.hidden,
        }
    }

    /// The kind of the item at a position.
    pub fn kind(&self, at: usize) -> ItemKind {
        match self.stored(at) {
            Some((stored, place)) => stored.kind(place),
            None => self.row(at).facts.kind(),
        }
    }

    /// Whether two rows are known to say the same where they stand: names of crates by number,
    /// places in sources left out. `false` where that is not known without a closer look.
    pub fn is_same(&self, at: usize, other: &Rows, there: usize) -> bool {
        match (self.stored(at), other.stored(there)) {
            (Some((a, at)), Some((b, there))) => a.said(at) == b.said(there),
            (_, _) => false,
        }
    }

    /// The path of the trait of an impl and the head of its type; `None` of other rows.
    pub fn header(&self, at: usize) -> Option<(&str, Cow<'_, str>)> {
        match self.stored(at) {
            Some((stored, place)) => {
                stored.header(place).map(|(trait_, head)| (trait_, Cow::Borrowed(head)))
            }
            None => match &self.row(at).facts {
                Facts::Impl(i) => Some((&i.trait_.path, i.self_ty.head())),
                _ => None,
            },
        }
    }

    /// Calls back with everything that rows name, some of it more than once.
    pub fn each_name<'m>(&'m self, mut said: impl FnMut(CrateId, &'m str)) {
        if let Some((stored, _)) = &self.stored {
            stored.names().iter().for_each(|(krate, path)| said(*krate, path));
        }
        for slot in self.slots.iter().filter(|slot| slot.at.is_none()) {
            let Some(row) = slot.row.get() else { continue };
            row.facts.any_path(&mut |path| {
                said(path.krate, &path.path);
                false
            });
        }
    }

    /// Which rows name something that passes a test: asked once of each name, and then of rows.
    pub fn naming<'m>(&'m self, is: impl Fn(CrateId, &str) -> bool + 'm) -> Naming<'m> {
        let names = self.stored.as_ref().map_or(&[] as &[_], |(stored, _)| stored.names());
        let numbers = names.iter().map(|(krate, path)| is(*krate, path)).collect();
        Naming { rows: self, numbers, is: Box::new(is) }
    }
}

/// Asked of each name: its crate, and its path.
pub type NameTest<'m> = dyn Fn(CrateId, &str) -> bool + 'm;

/// Which rows name something, see [`Rows::naming`].
pub struct Naming<'m> {
    rows: &'m Rows,
    numbers: Vec<bool>,
    is: Box<NameTest<'m>>,
}

impl Naming<'_> {
    /// Whether the row at a position does.
    pub fn has(&self, at: usize) -> bool {
        match self.rows.stored(at) {
            Some((stored, place)) => {
                stored.mentioned(place).any(|n| self.numbers.get(n as usize) == Some(&true))
            }
            None => {
                let facts = &self.rows.row(at).facts;
                facts.any_path(&mut |path| (self.is)(path.krate, &path.path))
            }
        }
    }
}

/// Rows in order.
#[derive(Clone)]
pub struct RowsIter<'a> {
    rows: &'a Rows,
    left: Range<usize>,
}

impl<'a> Iterator for RowsIter<'a> {
    type Item = &'a Row;
    fn next(&mut self) -> Option<&'a Row> {
        self.left.next().map(|at| self.rows.row(at))
    }
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl ExactSizeIterator for RowsIter<'_> {}

impl<'a> IntoIterator for &'a Rows {
    type Item = &'a Row;
    type IntoIter = RowsIter<'a>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Rows) -> bool {
        self.iter().eq(other)
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
