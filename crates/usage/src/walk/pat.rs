//! Patterns: what they match, and the types of what they bind.

use ripe_model::{Confidence, How};
use syn::Pat;
use syn::spanned::Spanned;

use super::body::{Body, literal};
use super::call::member;
use crate::types::{Def, T};
use crate::world::{Kind, Ns, Res, Seg};

impl Body<'_, '_> {
    pub(crate) fn pat(&mut self, pat: &Pat, t: &T) {
        let t = &self.solver.shallow(t);
        match pat {
            Pat::Ident(p) => {
                let name = p.ident.to_string();
                if p.subpat.is_none()
                    && p.by_ref.is_none()
                    && let Some(def) = self.named_value(&name)
                {
                    self.def_site(def, How::Match, p.ident.span(), Confidence::Exact);
                    let of = self.value_of(def);
                    self.solver.table.unify(&of, t.peel());
                    return;
                }
                if let Some((_, inner)) = &p.subpat {
                    self.pat(inner, t);
                }
                let t = if p.by_ref.is_some() { t.clone().reference() } else { t.clone() };
                self.bind(&name, t);
            }
            Pat::Wild(_) | Pat::Rest(_) => {}
            Pat::Lit(p) => {
                let of = literal(&p.lit);
                self.solver.table.unify(&of, t);
            }
            Pat::Range(p) => {
                for e in [&p.start, &p.end].into_iter().flatten() {
                    self.expr(e, t);
                }
            }
            Pat::Or(p) => p.cases.iter().for_each(|case| self.pat(case, t)),
            Pat::Paren(p) => self.pat(&p.pat, t),
            Pat::Reference(p) => {
                let inner = match t {
                    T::Ref(inner) => (**inner).clone(),
                    _ => T::Unknown,
                };
                self.pat(&p.pat, &inner);
            }
            Pat::Type(p) => {
                let declared = self.ty(&p.ty);
                self.solver.table.unify(&declared, t);
                self.pat(&p.pat, &declared);
            }
            Pat::Tuple(p) => {
                let (inner, by_ref) = self.behind(t);
                let ts = match &inner {
                    T::Tuple(ts) => ts.to_vec(),
                    T::Var(_) => {
                        let ts: Vec<T> =
                            p.elems.iter().map(|_| self.solver.table.fresh()).collect();
                        self.solver.table.unify(&inner, &T::Tuple(ts.clone().into()));
                        ts
                    }
                    _ => Vec::new(),
                };
                self.positions(p.elems.iter(), &ts, by_ref);
            }
            Pat::Slice(p) => {
                let (inner, _) = self.behind(t);
                let item = match &inner {
                    T::Slice(t) | T::Array(t) => (**t).clone().reference(),
                    _ => T::Unknown,
                };
                for elem in &p.elems {
                    match elem {
                        Pat::Ident(i) if matches!(&i.subpat, Some((_, s)) if matches!(**s, Pat::Rest(_))) =>
                        {
                            self.bind(&i.ident.to_string(), inner.clone().reference());
                        }
                        elem => self.pat(elem, &item),
                    }
                }
            }
            Pat::Path(p) => {
                self.variant_pat(p.qself.as_ref(), &p.path, t);
            }
            Pat::TupleStruct(p) => {
                let (def, args, by_ref) = self.variant_pat(p.qself.as_ref(), &p.path, t);
                let fields: Vec<T> = match def {
                    Some(def) => {
                        let n = self.solver.lower().fields(def).map_or(0, |f| f.len());
                        let rest = p.elems.iter().any(|e| matches!(e, Pat::Rest(_)));
                        if !rest {
                            let span = p.path.segments.last().map_or(p.span(), |s| s.ident.span());
                            let sink = self.walk.sink;
                            let exact = Confidence::Exact;
                            sink.members(self.walk.world, def, How::Match, span, exact);
                        }
                        (0..n)
                            .map(|i| {
                                self.field_of(def, &args, &i.to_string())
                                    .map_or(T::Unknown, |(t, _)| t)
                            })
                            .collect()
                    }
                    None => Vec::new(),
                };
                self.positions(p.elems.iter(), &fields, by_ref);
            }
            Pat::Struct(p) => {
                let (def, args, by_ref) = self.variant_pat(p.qself.as_ref(), &p.path, t);
                if let (Some(def), None) = (def, &p.rest) {
                    let span = p.path.segments.last().map_or(p.span(), |s| s.ident.span());
                    let sink = self.walk.sink;
                    sink.members(self.walk.world, def, How::Match, span, Confidence::Exact);
                }
                for field in &p.fields {
                    let name = member(&field.member);
                    let known = def.and_then(|def| self.field_of(def, &args, &name));
                    let t = match known {
                        Some((t, row)) => {
                            if let Some(row) = row {
                                let span = field.member.span();
                                self.def_site(row, How::Match, span, Confidence::Exact);
                            }
                            t
                        }
                        None => T::Unknown,
                    };
                    let t = if by_ref { t.reference() } else { t };
                    self.pat(&field.pat, &t);
                }
            }
            Pat::Macro(m) => {
                self.macro_call(&m.mac, &T::Unknown);
            }
            Pat::Const(c) => {
                self.block(&c.block, t);
            }
            _ => {}
        }
    }

    /// A type behind references, and whether there were any: what a pattern binds is then
    /// borrowed (Rust Reference, "Binding modes").
    fn behind(&mut self, t: &T) -> (T, bool) {
        let mut by_ref = false;
        let mut t = self.solver.shallow(t);
        while let T::Ref(inner) = &t {
            by_ref = true;
            t = self.solver.shallow(inner);
        }
        (t, by_ref)
    }

    fn positions<'p>(
        &mut self,
        pats: impl ExactSizeIterator<Item = &'p Pat>,
        ts: &[T],
        by_ref: bool,
    ) {
        let n = pats.len();
        let mut skipped = 0;
        for (at, pat) in pats.enumerate() {
            if matches!(pat, Pat::Rest(_)) {
                skipped = (ts.len() + 1).saturating_sub(n);
                continue;
            }
            let at = if skipped > 0 { at + skipped - 1 } else { at };
            let t = ts.get(at).cloned().unwrap_or(T::Unknown);
            let t = if by_ref && !matches!(t, T::Unknown) { t.reference() } else { t };
            self.pat(pat, &t);
        }
    }

    /// A constant, unit struct or variant that a lone name stands for.
    fn named_value(&self, name: &str) -> Option<Def> {
        let hit = self.walk.world.lexical(self.env.module, name, Ns::Value)?;
        let Res::Def(def) = hit.res else { return None };
        let fits =
            match def {
                Def::Own(id) => {
                    matches!(self.walk.world.item(id).kind, Kind::Const(..)) || self.is_unit(def)
                }
                Def::Api(..) => {
                    self.is_unit(def)
                        || self.walk.world.row(def).is_some_and(|(_, row)| {
                            matches!(row.facts, ripe_model::Facts::Const(_))
                        })
                }
            };
        fits.then_some(def)
    }

    /// The variant or struct of a pattern, the arguments of its type, and whether the value is
    /// behind a reference.
    fn variant_pat(
        &mut self,
        qself: Option<&syn::QSelf>,
        path: &syn::Path,
        t: &T,
    ) -> (Option<Def>, Vec<T>, bool) {
        let (inner, by_ref) = self.behind(t);
        let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let rooted = path.leading_colon.is_some();
        if qself.is_none() {
            let walk = self.walk.world.walk(self.env.module, &segs, rooted, Ns::Value);
            if walk.hits.len() == segs.len()
                && let Some(Res::Def(def)) = walk.hits.last().map(|h| h.res.clone())
            {
                self.walk.lower().report(&segs, &walk.hits, How::Match);
                let args = match self.solver.free(def) {
                    Some(found) => {
                        self.solver.table.unify(&found.sig.output, &inner);
                        match self.solver.table.shallow(&found.sig.output) {
                            T::Adt(_, args) => args.to_vec(),
                            _ => Vec::new(),
                        }
                    }
                    None => Vec::new(),
                };
                return (Some(def), args, by_ref);
            }
        }
        let (def, named) = self.named_struct(qself, path, How::Match);
        self.solver.table.unify(&named, &inner);
        if let (Some(def), Some(last)) = (def, segs.last())
            && segs.first().is_some_and(|s| s.name == "Self")
        {
            self.def_site(def, How::Match, last.span, Confidence::Exact);
        }
        match self.solver.shallow(&named) {
            T::Adt(_, args) => (def, args.to_vec(), by_ref),
            _ => (def, Vec::new(), by_ref),
        }
    }
}

/// What patterns name below their outermost level, by place: `Err/0` is the first field of `Err`.
#[derive(Default)]
pub(crate) struct Inside<'p> {
    /// Paths that can be variants, with their place.
    pub(crate) named: Vec<(String, &'p syn::Path)>,
    /// The places where a pattern takes everything.
    pub(crate) open: std::collections::BTreeSet<String>,
}

impl<'p> Inside<'p> {
    /// Takes in a pattern that stands at a place; the outermost has the empty one.
    pub(crate) fn enter(&mut self, pat: &'p syn::Pat, place: String) {
        let head = |path: &syn::Path| {
            path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default()
        };
        match pat {
            syn::Pat::Or(or) => or.cases.iter().for_each(|case| self.enter(case, place.clone())),
            syn::Pat::Paren(inner) => self.enter(&inner.pat, place),
            syn::Pat::Reference(inner) => self.enter(&inner.pat, place),
            syn::Pat::Wild(_) => {
                self.open.insert(place);
            }
            syn::Pat::Ident(name) => match &name.subpat {
                Some((_, inner)) => self.enter(inner, place),
                // A constant or an imported variant, by the case that rustc's lints ask for.
                None if name.ident.to_string().starts_with(char::is_uppercase) => {}
                None => {
                    self.open.insert(place);
                }
            },
            syn::Pat::Path(path) => self.name(place, &path.path),
            syn::Pat::TupleStruct(parts) => {
                let inner = format!("{place}/{}", head(&parts.path));
                self.name(place, &parts.path);
                self.all(parts.elems.iter(), &inner);
            }
            syn::Pat::Tuple(parts) => self.all(parts.elems.iter(), &place),
            syn::Pat::Struct(parts) => {
                let inner = format!("{place}/{}", head(&parts.path));
                self.name(place, &parts.path);
                for field in &parts.fields {
                    let member = match &field.member {
                        syn::Member::Named(name) => name.to_string(),
                        syn::Member::Unnamed(at) => at.index.to_string(),
                    };
                    self.enter(&field.pat, format!("{inner}/{member}"));
                }
            }
            _ => {}
        }
    }

    fn all(&mut self, pats: impl Iterator<Item = &'p syn::Pat>, place: &str) {
        for (at, pat) in pats.enumerate() {
            self.enter(pat, format!("{place}/{at}"));
        }
    }

    fn name(&mut self, place: String, path: &'p syn::Path) {
        if !place.is_empty() {
            self.named.push((place, path));
        }
    }
}
