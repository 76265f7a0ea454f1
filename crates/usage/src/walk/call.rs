//! Calls, method calls, fields and literals.

use std::collections::BTreeMap;
use std::rc::Rc;

use ripe_model::{Confidence, Facts, How, UseSite};
use syn::spanned::Spanned;
use syn::{Expr, Member};

use super::body::Body;
use crate::sink::{BY_NAME, Sink};
use crate::types::{Def, Found, Holds, Means, Pred, T, TraitRef};
use crate::world::{Hit, Ns, Res, Seg};

/// Which item of a trait answers a name now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// None that is known.
    Nothing,
    /// One that is called as a method.
    Method,
    /// One that is named by a path.
    Path,
}

impl Body<'_, '_> {
    pub(crate) fn call(&mut self, c: &syn::ExprCall, expected: &T) -> T {
        let mut func = &*c.func;
        while let Expr::Paren(syn::ExprParen { expr, .. })
        | Expr::Group(syn::ExprGroup { expr, .. }) = func
        {
            func = expr;
        }
        if let Expr::Path(path) = func
            && let Some(found) = self.callee(path, true)
        {
            let out = found.sig.output.clone();
            self.expect_output(&out, expected);
            let args: Vec<&Expr> = c.args.iter().collect();
            return self.apply(&found, &args, 0, func.span());
        }
        let callee = match func {
            Expr::Path(path) => self.path_value(path),
            other => self.expr(other, &T::Unknown),
        };
        let callee = self.solver.shallow(&callee);
        self.call_value(&callee, &c.args.iter().collect::<Vec<_>>())
    }

    /// Calls a value: a closure, a function pointer, something with a `Fn` bound.
    fn call_value(&mut self, callee: &T, args: &[&Expr]) -> T {
        let inner = match callee.peel() {
            T::Adt(def, args) if self.walk.world.is_std(*def) => {
                args.first().cloned().unwrap_or(T::Unknown)
            }
            t => t.clone(),
        };
        let known = match self.solver.shallow(&inner) {
            T::Fn(params, out) => Some((params.to_vec(), (*out).clone())),
            t => {
                let bounds = self.solver.bounds_of(&t);
                bounds.iter().find_map(|b| self.fn_bound(b))
            }
        };
        // A value that is called through a trait of a surface (`parser(input)`) needs what the
        // surface says of it: the impl or bound is the use.
        let (params, out) = known.unwrap_or_default_unknown();
        for (at, arg) in args.iter().enumerate() {
            let wanted = params.get(at).cloned().unwrap_or(T::Unknown);
            let t = self.expr(arg, &wanted);
            self.coerce(&t, &wanted);
        }
        self.solver.shallow(&out)
    }

    /// Lets the expected type flow into a generic output, where that tells its parameters.
    fn expect_output(&mut self, out: &T, expected: &T) {
        let (out, expected) = (self.solver.shallow(out), self.solver.shallow(expected));
        if let (T::Adt(a, _), T::Adt(b, _)) = (&out, &expected)
            && a == b
        {
            let mark = self.solver.table.mark();
            if !self.solver.table.unify(&out, &expected) {
                self.solver.table.undo(mark);
            }
        }
    }

    /// Whether an argument has its type from itself, and not from the parameter: `x.into()` and an
    /// integer without a suffix have not.
    fn is_settled(&mut self, arg: &Expr, t: &T) -> bool {
        match arg {
            Expr::Reference(r) => {
                let inner = match t {
                    T::Ref(inner) => T::clone(inner),
                    other => other.clone(),
                };
                self.is_settled(&r.expr, &inner)
            }
            Expr::Struct(_) => true,
            Expr::Lit(lit) => !matches!(&lit.lit, syn::Lit::Int(n) if n.suffix().is_empty()),
            Expr::Path(_) | Expr::Field(_) => {
                let mut known = true;
                self.solver.deep(t).each(&mut |t| {
                    known &= !matches!(t, T::Unknown | T::Var(_));
                });
                known
            }
            _ => false,
        }
    }

    /// Reads the arguments of a call, and gives its output.
    pub(crate) fn apply(
        &mut self,
        found: &Found,
        args: &[&Expr],
        skip: usize,
        span: proc_macro2::Span,
    ) -> T {
        let params: Vec<T> = found.sig.params.iter().skip(skip).cloned().collect();
        let mut later = Vec::new();
        let mut inferred = false;
        for (at, arg) in args.iter().enumerate() {
            let wanted = params.get(at).cloned().unwrap_or(T::Unknown);
            if is_closure(arg) {
                later.push((arg, wanted));
                continue;
            }
            let t = self.expr(arg, &wanted);
            inferred |= !self.is_settled(arg, &t);
            self.coerce(&t, &wanted);
        }
        if inferred || !later.is_empty() {
            self.def_site(found.def, How::Infer, span, Confidence::Exact);
        }
        for (arg, wanted) in later {
            let hint = self.closure_hint(&wanted, &found.sig.preds);
            let t = self.expr(arg, &hint);
            self.solver.table.unify(&t, &wanted);
            if !matches!(hint, T::Unknown) {
                self.solver.table.unify(&t, &hint);
            }
        }
        self.conditions(&found.sig.preds, span);
        self.called = Some((found.def, span));
        let out = self.solver.shallow(&found.sig.output);
        let out = match out {
            T::Unknown => self.solver.table.fresh(),
            known => known,
        };
        self.solver.deep(&out)
    }

    fn closure_hint(&mut self, wanted: &T, preds: &[Pred]) -> T {
        let wanted = self.solver.table.shallow(wanted);
        if let T::Fn(..) = &wanted {
            return wanted;
        }
        for pred in preds {
            if self.solver.table.shallow(&pred.ty) == wanted
                && let Some((params, out)) = self.fn_bound(&pred.trait_)
            {
                let params: Vec<T> = params.iter().map(|t| self.solver.deep(t)).collect();
                return T::Fn(params.into(), Rc::new(out));
            }
        }
        match &wanted {
            T::Var(_) => T::Unknown,
            _ => wanted,
        }
    }

    /// What the conditions of a call tell of its types, and the impls that they need.
    fn conditions(&mut self, preds: &[Pred], span: proc_macro2::Span) {
        for pred in preds {
            let t = self.solver.shallow(&pred.ty);
            if matches!(t, T::Unknown | T::Var(_)) {
                continue;
            }
            if let (T::Fn(params, out), Some((wanted, output))) = (&t, self.fn_bound(&pred.trait_))
            {
                for (a, b) in params.iter().zip(&wanted) {
                    self.solver.table.unify(a, b);
                }
                self.coerce(out, &output);
                continue;
            }
            let name = self.walk.world.name_of(pred.trait_.def).to_owned();
            if name == "Into" && self.walk.world.is_std(pred.trait_.def) {
                if let Some(to) = pred.trait_.args.first() {
                    let to = to.clone();
                    self.converted(&t, &to, span);
                }
                continue;
            }
            if let Holds::Yes(means) = self.solver.holds(&t, &pred.trait_) {
                self.means_site_of(&t, &means, span);
                for (name, wanted) in pred.trait_.bindings.iter() {
                    if let Some(known) = self.solver.project(&t, Some(&pred.trait_), name) {
                        self.solver.table.unify(&known, wanted);
                    }
                }
            }
        }
    }

    pub(crate) fn method_call(&mut self, m: &syn::ExprMethodCall, expected: &T) -> T {
        self.called = None;
        let receiver = self.expr(&m.receiver, &T::Unknown);
        let name = Seg::new(&m.method).name;
        self.converted_result(m, &name);
        let span = m.method.span();
        let written: Vec<T> = match &m.turbofish {
            Some(list) => {
                let list = syn::PathArguments::AngleBracketed(list.clone());
                let args = self.walk.lower().args(&list, &self.env);
                args.iter().map(|t| self.open(t)).collect()
            }
            None => Vec::new(),
        };
        let args: Vec<&Expr> = m.args.iter().collect();
        let receiver = self.solver.shallow(&receiver);
        let Some(found) = self.solver.method(&receiver, &name) else {
            // A field that holds something callable is called with parentheses, so this is a
            // method of a type that is not known.
            self.untyped(&receiver, &name, span);
            self.open_name(&receiver, &name, Answer::Nothing, span);
            for arg in args {
                self.expr(arg, &T::Unknown);
            }
            return T::Unknown;
        };
        Sink::count(&self.walk.sink.methods_typed);
        self.found_site(&found, How::Call, span);
        if found.by.is_some() {
            self.open_name(&found.this, &name, Answer::Method, span);
        }
        for (var, t) in found.own.iter().zip(&written) {
            self.solver.table.unify(var, t);
        }
        let out = found.sig.output.clone();
        self.expect_output(&out, expected);
        let out = self.apply(&found, &args, 1, span);
        self.special(&found, &name, &receiver, out, expected, span)
    }

    /// Marks a call whose result is converted at once.
    fn converted_result(&mut self, m: &syn::ExprMethodCall, name: &str) {
        let is_call = matches!(&*m.receiver, Expr::MethodCall(_) | Expr::Call(_));
        if let (true, "into", Some((def @ Def::Api(k, _), span))) = (is_call, name, self.called)
            && let Some((_, row)) = self.walk.world.row(def)
        {
            let item = format!("{}{}", row.key.path, UseSite::INTO);
            self.walk.sink.path(k, &item, How::Infer, span, Confidence::Exact);
        }
    }

    /// A type as it is written, with variables for what is left open.
    pub(crate) fn open(&mut self, t: &T) -> T {
        t.map(&mut |t| match t {
            T::Unknown => Some(self.solver.table.fresh()),
            _ => None,
        })
    }

    /// Standard methods whose output their signature does not tell.
    fn special(
        &mut self,
        found: &Found,
        name: &str,
        receiver: &T,
        out: T,
        expected: &T,
        span: proc_macro2::Span,
    ) -> T {
        let std = found.by.as_ref().is_some_and(|(t, _)| self.walk.world.is_std(t.def));
        if !std {
            return out;
        }
        match name {
            // `collect()` and `into()` take what is expected.
            "into" | "try_into" => {
                if name == "into" {
                    let from = self.solver.deep(receiver);
                    let to = self.solver.deep(expected);
                    if !matches!(to, T::Unknown | T::Var(_)) {
                        self.converted(&from, &to, span);
                    }
                }
                match self.solver.shallow(expected) {
                    T::Unknown => out,
                    t => t,
                }
            }
            "collect" | "sum" | "product" => {
                let out = match (self.solver.shallow(&out), self.solver.shallow(expected)) {
                    (T::Var(_), t) if !matches!(t, T::Unknown) => t,
                    (t, _) => t,
                };
                if name == "collect" {
                    self.collected(receiver, &out);
                }
                out
            }
            _ => out,
        }
    }

    /// The element type of `collect::<Vec<_>>()` and its like.
    fn collected(&mut self, receiver: &T, out: &T) {
        let Some(iterator) = self.std_trait(&["iter", "Iterator"]) else { return };
        let Some(item) = self.solver.project(receiver, Some(&iterator), "Item") else { return };
        let item = self.solver.shallow(&item);
        let T::Adt(def, args) = self.solver.shallow(out) else { return };
        if !self.walk.world.is_std(def) {
            return;
        }
        match (self.walk.world.name_of(def), args.len()) {
            ("Vec" | "VecDeque" | "HashSet" | "BTreeSet" | "BinaryHeap", _) => {
                self.solver.table.unify(&args[0], &item);
            }
            ("HashMap" | "BTreeMap", _) => {
                if let T::Tuple(pair) = &item
                    && let [key, value] = &**pair
                {
                    self.solver.table.unify(&args[0], key);
                    self.solver.table.unify(&args[1], value);
                }
            }
            ("Result", 2) => {
                if let T::Adt(inner, parts) = &item
                    && *inner == def
                    && parts.len() == 2
                {
                    self.solver.table.unify(&args[1], &parts[1]);
                    let one = T::Adt(
                        match self.walk.world.std(&["iter", "Adapter"]) {
                            Some(def) => def,
                            None => return,
                        },
                        [parts[0].clone()].into(),
                    );
                    let inner = args[0].clone();
                    self.collected(&one, &inner);
                }
            }
            ("Option", 1) => {
                if let T::Adt(inner, parts) = &item
                    && *inner == def
                    && parts.len() == 1
                    && let Some(adapter) = self.walk.world.std(&["iter", "Adapter"])
                {
                    let one = T::Adt(adapter, [parts[0].clone()].into());
                    let inner = args[0].clone();
                    self.collected(&one, &inner);
                }
            }
            _ => {}
        }
    }

    /// Reports what a call found: the function, and the impls on the way.
    pub(crate) fn found_site(&mut self, found: &Found, how: How, span: proc_macro2::Span) {
        let by_path = matches!(found.this, T::Unknown);
        let sure = if by_path { Confidence::Exact } else { Confidence::Likely };
        self.def_site(found.def, how, span, sure);
        for means in &found.derefs {
            self.means_site(Some(means), span);
        }
        if let Some((_, means)) = &found.by {
            self.means_site_of(&found.this, means, span);
        }
    }

    /// Reports the traits that would make a name ambiguous if they got an item called so: those in
    /// scope, or among the bounds, that the type has and that did not answer. What the type has
    /// itself is never ambiguous (Rust Reference, "Method call expressions"), and is not to be
    /// asked here; of a type that is not known, nothing is said where the name is one of the
    /// standard library or the package. Between two bounds a path is ambiguous for certain, while
    /// of methods the one by value goes first.
    pub(crate) fn open_name(
        &mut self,
        this: &T,
        name: &str,
        answer: Answer,
        span: proc_macro2::Span,
    ) {
        let world = self.walk.world;
        let this = self.solver.shallow(this);
        let unknown = matches!(this.peel(), T::Unknown | T::Var(_));
        if unknown && world.names_a_method(name) {
            return;
        }
        let bounds: Vec<Def> = self.solver.bounds_of(&this).iter().map(|b| b.def).collect();
        let mut traits = bounds.clone();
        traits.extend(world.traits_in_scope(self.env.module).iter());
        traits.retain(|t| matches!(t, Def::Api(..)) && world.trait_item(*t, name).is_none());
        traits.sort();
        traits.dedup();
        for def in traits {
            let params = self.solver.lower().params_of_trait(def);
            let mark = self.solver.table.mark();
            let args: Vec<T> = params.iter().map(|_| self.solver.table.fresh()).collect();
            let wanted = TraitRef { def, args: args.into(), bindings: [].into() };
            let has = unknown || !matches!(self.solver.holds(&this, &wanted), Holds::No);
            self.solver.table.undo(mark);
            if let (true, Def::Api(k, _), Some((_, row))) = (has, def, world.row(def)) {
                let item = format!("{}{BY_NAME}{name}", row.key.path);
                let certain = answer == Answer::Path && bounds.contains(&def);
                let sure = if certain { Confidence::Exact } else { Confidence::Likely };
                self.walk.sink.path(k, &item, How::Call, span, sure);
            }
        }
    }

    /// A method on a type that is not known: what the name alone can tell.
    pub(crate) fn untyped(&mut self, receiver: &T, name: &str, span: proc_macro2::Span) {
        if !matches!(receiver.peel(), T::Unknown | T::Var(_)) {
            Sink::count(&self.walk.sink.methods_typed);
            return;
        }
        Sink::count(&self.walk.sink.methods_untyped);
        let world = self.walk.world;
        let traits = world.traits_with(self.env.module, name);
        let api: Vec<Def> = traits.iter().copied().filter(|t| matches!(t, Def::Api(..))).collect();
        let elsewhere = traits.len() > api.len() || world.names_a_method(name);
        for trait_ in &api {
            if let Some(def) = world.trait_item(*trait_, name) {
                let sure = if api.len() == 1 && !elsewhere {
                    Confidence::Likely
                } else {
                    Confidence::Guess
                };
                self.def_site(def, How::Call, span, sure);
            }
        }
        if !api.is_empty() {
            return;
        }
        if elsewhere {
            self.walk.sink.unresolved(name, true, span);
            return;
        }
        // A name that only one or two types of the surfaces have is worth a guess.
        let mut rows: Vec<Def> = Vec::new();
        let imported = world.imported(self.env.module);
        for (k, api) in world.apis.iter().enumerate() {
            if !imported.contains(&(k as u16)) {
                continue;
            }
            rows.extend(api.methods(name).iter().map(|at| Def::Api(k as u16, *at)));
        }
        if rows.is_empty() || rows.len() > 2 {
            self.walk.sink.unresolved(name, false, span);
            return;
        }
        for def in rows {
            self.def_site(def, How::Call, span, Confidence::Guess);
        }
    }

    pub(crate) fn field(&mut self, f: &syn::ExprField) -> T {
        let base = self.expr(&f.base, &T::Unknown);
        let name = member(&f.member);
        let span = f.member.span();
        let mut step = self.solver.shallow(&base);
        for _ in 0..10 {
            match &step {
                T::Tuple(ts) => {
                    if let Some(t) = name.parse::<usize>().ok().and_then(|i| ts.get(i)) {
                        return t.clone();
                    }
                }
                T::Adt(def, args) => {
                    if let Some((t, row)) = self.field_of(*def, args, &name) {
                        if let Some(row) = row {
                            self.def_site(row, How::Field, span, Confidence::Likely);
                        }
                        return t;
                    }
                }
                _ => {}
            }
            match self.solver.deref(&step) {
                Some((next, means)) => {
                    self.means_site(means.as_ref(), span);
                    step = next;
                }
                None => break,
            }
        }
        T::Unknown
    }

    /// The type of a field for the arguments of its type, and its row.
    pub(crate) fn field_of(
        &mut self,
        def: Def,
        args: &[T],
        name: &str,
    ) -> Option<(T, Option<Def>)> {
        let lower = self.solver.lower();
        let owner = self.walk.world.owner_of(def).filter(|_| self.walk.world.is_variant(def));
        let params = lower.params_of(owner.unwrap_or(def));
        let fields = lower.fields(def)?;
        let (_, t, row) = fields.into_iter().find(|(n, ..)| n == name)?;
        let t = t.map(&mut |t| match t {
            T::Param(..) => {
                let at = params.iter().position(|p| p == t)?;
                args.get(at).cloned()
            }
            _ => None,
        });
        Some((self.solver.shallow(&t), row))
    }

    pub(crate) fn struct_literal(&mut self, s: &syn::ExprStruct, expected: &T) -> T {
        let span = s.path.segments.last().map_or(s.span(), |seg| seg.ident.span());
        let how = How::Construct;
        let (def, t) = self.named_struct(s.qself.as_ref(), &s.path, how);
        self.expect_output(&t, expected);
        if let Some(def) = def {
            let exhaustive = s.rest.is_none() && s.dot2_token.is_none();
            if exhaustive {
                self.walk.sink.members(self.walk.world, def, how, span, Confidence::Exact);
            }
        }
        let args: Vec<T> = match &t {
            T::Adt(_, args) => args.to_vec(),
            _ => Vec::new(),
        };
        for field in &s.fields {
            let name = member(&field.member);
            let wanted = match def.and_then(|def| self.field_of(def, &args, &name)) {
                Some((t, row)) => {
                    if let Some(row) = row {
                        self.def_site(row, how, field.member.span(), Confidence::Exact);
                    }
                    t
                }
                None => T::Unknown,
            };
            let t = self.expr(&field.expr, &wanted);
            self.coerce(&t, &wanted);
        }
        if let Some(rest) = &s.rest {
            self.expr(rest, &t);
        }
        t
    }

    /// The struct or variant that a literal or pattern names, and its type with variables.
    pub(crate) fn named_struct(
        &mut self,
        qself: Option<&syn::QSelf>,
        path: &syn::Path,
        how: How,
    ) -> (Option<Def>, T) {
        let lower = self.walk.lower();
        let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let rooted = path.leading_colon.is_some();
        let is_self = segs.first().is_some_and(|s| s.name == "Self");
        if qself.is_none() && !is_self {
            let walk = self.walk.world.walk(self.env.module, &segs, rooted, Ns::Type);
            if walk.hits.len() == segs.len()
                && let Some(Hit { res: Res::Def(def), .. }) = walk.hits.last()
            {
                lower.report(&segs, &walk.hits, how);
                let mut args = Vec::new();
                for segment in &path.segments {
                    args.extend(lower.args(&segment.arguments, &self.env));
                }
                let t = lower.named(*def, args);
                let t = self.open(&t);
                let def = match (self.walk.world.is_variant(*def), &t) {
                    (true, _) => Some(*def),
                    (false, T::Adt(target, _)) => Some(*target),
                    (false, _) => None,
                };
                return (def, t);
            }
        }
        if is_self && segs.len() == 2 {
            let this = self.env.self_ty.clone().unwrap_or(T::Unknown);
            if let T::Adt(def, _) = &this
                && let Some(variant) = self.walk.world.variant(*def, &segs[1].name)
            {
                return (Some(variant), this);
            }
        }
        let t = lower.type_path(qself, path, &self.env, how);
        let t = self.solver.shallow(&t);
        match &t {
            T::Adt(def, _) => (Some(*def), t.clone()),
            _ => (None, t),
        }
    }

    /// Reports that a value of an enum is matched; `exhaustive` if no arm catches the rest.
    pub(crate) fn enum_matched<'p>(
        &mut self,
        t: &T,
        pats: impl Iterator<Item = &'p syn::Pat>,
        exhaustive: bool,
        span: proc_macro2::Span,
    ) {
        let t = self.solver.deep(t);
        let pats: Vec<&syn::Pat> = pats.collect();
        let mut enums: Vec<(Def, Confidence)> = Vec::new();
        let mut whole = &t;
        while let T::Ref(inner) = whole {
            whole = inner;
        }
        if let T::Adt(def, _) = whole
            && self.is_row_enum(*def)
        {
            enums.push((*def, Confidence::Likely));
        }
        self.enums_inside(&pats, exhaustive, span);
        for pat in pats {
            let mut path = pat;
            while let syn::Pat::Reference(syn::PatReference { pat, .. }) = path {
                path = pat;
            }
            let path = match path {
                syn::Pat::TupleStruct(p) => &p.path,
                syn::Pat::Struct(p) => &p.path,
                syn::Pat::Path(p) => &p.path,
                _ => continue,
            };
            let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
            let rooted = path.leading_colon.is_some();
            for ns in [Ns::Type, Ns::Value] {
                let walk = self.walk.world.walk(self.env.module, &segs, rooted, ns);
                if walk.hits.len() == segs.len()
                    && let Some(Hit { res: Res::Def(def), .. }) = walk.hits.last()
                    && self.walk.world.is_variant(*def)
                    && let Some(owner) = self.walk.world.owner_of(*def)
                {
                    enums.push((owner, Confidence::Exact));
                }
            }
        }
        enums.sort();
        enums.dedup_by_key(|(def, _)| *def);
        let sink = self.walk.sink;
        for (def, sure) in enums {
            sink.def(self.walk.world, def, How::Match, span, sure);
            if exhaustive {
                sink.members(self.walk.world, def, How::Match, span, sure);
            }
        }
    }

    /// The enums whose variants the patterns name inside other patterns, like `Err(Kind::Small)`.
    /// An arm like `Err(other)` beside them leaves none of the enum out.
    fn enums_inside(&self, pats: &[&syn::Pat], exhaustive: bool, span: proc_macro2::Span) {
        let mut inside = super::pat::Inside::default();
        for pat in pats {
            inside.enter(pat, String::new());
        }
        let mut found: BTreeMap<Def, bool> = BTreeMap::new();
        for (place, path) in &inside.named {
            let segs: Vec<Seg> = path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
            let rooted = path.leading_colon.is_some();
            let owner = [Ns::Type, Ns::Value].into_iter().find_map(|ns| {
                let walk = self.walk.world.walk(self.env.module, &segs, rooted, ns);
                let last = walk.hits.last().filter(|_| walk.hits.len() == segs.len())?;
                let Res::Def(def) = last.res else { return None };
                self.walk.world.owner_of(def).filter(|_| self.walk.world.is_variant(def))
            });
            let Some(owner) = owner.filter(|def| self.is_row_enum(*def)) else { continue };
            *found.entry(owner).or_default() |= exhaustive && !inside.open.contains(place);
        }
        for (def, all) in found {
            self.walk.sink.def(self.walk.world, def, How::Match, span, Confidence::Likely);
            if all {
                self.walk.sink.members(self.walk.world, def, How::Match, span, Confidence::Likely);
            }
        }
    }

    fn is_row_enum(&self, def: Def) -> bool {
        self.walk.world.row(def).is_some_and(|(_, row)| matches!(row.facts, Facts::Enum(_)))
    }

    /// A value that stands for an item: its type.
    pub(crate) fn value_of(&mut self, def: Def) -> T {
        let lower = self.solver.lower();
        match def {
            Def::Own(id) => {
                let item = self.walk.world.item(id);
                if let crate::world::Kind::Const(ty, owner) = item.kind {
                    let env = lower.env_of(item.module, owner);
                    return lower.ty(ty, &env);
                }
            }
            Def::Api(k, _) => {
                if let Some((_, row)) = self.walk.world.row(def) {
                    match &row.facts {
                        Facts::Const(c) => return lower.model_ty(k, &c.ty),
                        Facts::Static(s) => return lower.model_ty(k, &s.ty),
                        Facts::AssocConst(c) => return lower.model_ty(k, &c.ty),
                        _ => {}
                    }
                }
            }
        }
        match self.solver.free(def) {
            Some(found) if self.is_unit(def) => found.sig.output,
            Some(found) => T::Fn(found.sig.params.into(), Rc::new(found.sig.output)),
            None => T::Unknown,
        }
    }

    /// Whether a struct or variant has no fields in parentheses.
    pub(crate) fn is_unit(&self, def: Def) -> bool {
        match def {
            Def::Own(id) => match self.walk.world.item(id).kind {
                crate::world::Kind::Struct(s) => matches!(s.fields, syn::Fields::Unit),
                crate::world::Kind::Variant(_, v) => matches!(v.fields, syn::Fields::Unit),
                _ => false,
            },
            Def::Api(..) => self.walk.world.row(def).is_some_and(|(_, row)| match &row.facts {
                Facts::Struct(s) => s.shape == ripe_model::Shape::Unit,
                Facts::Variant(v) => v.shape == ripe_model::Shape::Unit,
                _ => false,
            }),
        }
    }
}

trait Known {
    fn unwrap_or_default_unknown(self) -> (Vec<T>, T);
}

impl Known for Option<(Vec<T>, T)> {
    fn unwrap_or_default_unknown(self) -> (Vec<T>, T) {
        self.unwrap_or((Vec::new(), T::Unknown))
    }
}

fn is_closure(expr: &Expr) -> bool {
    match expr {
        Expr::Closure(_) => true,
        Expr::Paren(p) => is_closure(&p.expr),
        Expr::Group(g) => is_closure(&g.expr),
        Expr::Reference(r) => is_closure(&r.expr),
        Expr::Call(c) => c.args.iter().any(is_closure),
        _ => false,
    }
}

pub(crate) fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => Seg::new(name).name,
        Member::Unnamed(index) => index.index.to_string(),
    }
}

// Used by paths as well: what a trait gives by name.
pub(crate) fn as_bound(def: Def, args: Vec<T>) -> (TraitRef, Means) {
    let bound = TraitRef { def, args: args.into(), bindings: [].into() };
    (bound.clone(), Means::Bound(bound))
}
