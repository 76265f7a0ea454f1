//! Reads bodies: follows types through expressions.

use std::collections::HashMap;
use std::rc::Rc;

use ripe_model::{Confidence, Facts, How, UseSite};
use syn::spanned::Spanned;
use syn::{Expr, Stmt};

use super::Walk;
use crate::cfg;
use crate::types::{Def, Env, Holds, Means, Solver, T, TraitRef};
use crate::world::block_key;

/// One body: a function, a constant, the arguments of a macro.
pub(crate) struct Body<'w, 'a> {
    pub(crate) walk: Walk<'w, 'a>,
    pub(crate) solver: Solver<'w, 'a>,
    pub(crate) env: Env,
    locals: Vec<HashMap<String, T>>,
    /// What `return` and `?` give; of an async block the output.
    pub(crate) output: T,
    /// What `break` gives, innermost last.
    breaks: Vec<T>,
    pub(crate) expansions: usize,
    /// The function of a surface that was called last, and where.
    pub(crate) called: Option<(Def, proc_macro2::Span)>,
}

impl<'w, 'a> Body<'w, 'a> {
    pub(crate) fn new(walk: Walk<'w, 'a>, env: Env, output: T) -> Self {
        let mut solver = Solver::new(walk.world, env.module);
        solver.preds = env.preds.clone();
        Body {
            walk,
            solver,
            env,
            locals: vec![HashMap::new()],
            output,
            breaks: Vec::new(),
            expansions: 0,
            called: None,
        }
    }

    pub(crate) fn bind(&mut self, name: &str, t: T) {
        let name = name.strip_prefix("r#").unwrap_or(name);
        if let Some(scope) = self.locals.last_mut() {
            scope.insert(name.to_owned(), t);
        }
    }

    pub(crate) fn local(&self, name: &str) -> Option<T> {
        let name = name.strip_prefix("r#").unwrap_or(name);
        self.locals.iter().rev().find_map(|scope| scope.get(name).cloned())
    }

    pub(crate) fn scope<R>(&mut self, read: impl FnOnce(&mut Self) -> R) -> R {
        self.locals.push(HashMap::new());
        let result = read(self);
        self.locals.pop();
        result
    }

    pub(crate) fn def_site(&self, def: Def, how: How, span: proc_macro2::Span, sure: Confidence) {
        self.walk.sink.def(self.walk.world, def, how, span, sure);
    }

    /// Reads an expression that stands alone.
    pub(crate) fn root(&mut self, expr: &Expr, expected: &T) {
        let t = self.expr(expr, expected);
        self.coerce(&t, expected);
    }

    /// Lets a value meet the place it goes to.
    pub(crate) fn coerce(&mut self, actual: &T, expected: &T) {
        let expected_now = self.solver.shallow(expected);
        let actual_now = self.solver.shallow(actual);
        match (&actual_now, &expected_now) {
            // Unsizing and generics in return position are not equations.
            (_, T::Dyn(_) | T::Opaque(_)) => {}
            (T::Ref(a), T::Ref(e)) => {
                let (a, e) = (self.solver.shallow(a), self.solver.shallow(e));
                match (&a, &e) {
                    (T::Array(x), T::Slice(y)) => {
                        self.solver.table.unify(x, y);
                    }
                    (_, T::Dyn(_)) => {}
                    _ => {
                        self.solver.table.unify(&a, &e);
                    }
                }
            }
            _ => {
                self.solver.table.unify(&actual_now, &expected_now);
            }
        }
    }

    /// Reads a block; what its last expression gives.
    pub(crate) fn block(&mut self, block: &syn::Block, expected: &T) -> T {
        let before = self.env.module;
        if let Some(module) = self.walk.world.blocks.get(&block_key(block)) {
            self.env.module = *module;
            self.solver.module = *module;
        }
        let t = self.scope(|body| body.stmts(&block.stmts, expected));
        self.env.module = before;
        self.solver.module = before;
        t
    }

    pub(crate) fn stmts(&mut self, stmts: &[Stmt], expected: &T) -> T {
        let mut last = T::unit();
        for (at, stmt) in stmts.iter().enumerate() {
            let is_last = at + 1 == stmts.len();
            last = match stmt {
                Stmt::Local(local) => {
                    let off = cfg::is_off(&local.attrs, self.walk.set);
                    let sink = self.walk.sink;
                    sink.inactive(off, || self.let_(local));
                    T::unit()
                }
                Stmt::Item(item) => {
                    self.walk.item(item, self.env.module);
                    T::unit()
                }
                Stmt::Expr(expr, semi) => {
                    let wanted =
                        if is_last && semi.is_none() { expected.clone() } else { T::Unknown };
                    let sink = self.walk.sink;
                    let off = cfg::is_off(expr_attrs(expr), self.walk.set);
                    let t = sink.inactive(off, || self.expr(expr, &wanted));
                    match semi {
                        None => t,
                        Some(_) if matches!(expr, Expr::Return(_) | Expr::Break(_)) => {
                            T::prim("never")
                        }
                        Some(_) => T::unit(),
                    }
                }
                Stmt::Macro(m) => {
                    let wanted = if is_last && m.semi_token.is_none() {
                        expected.clone()
                    } else {
                        T::Unknown
                    };
                    let off = cfg::is_off(&m.attrs, self.walk.set);
                    let sink = self.walk.sink;
                    let t = sink.inactive(off, || self.macro_call(&m.mac, &wanted));
                    if m.semi_token.is_some() { T::unit() } else { t }
                }
            };
        }
        last
    }

    fn let_(&mut self, local: &syn::Local) {
        let (pat, declared) = match &local.pat {
            syn::Pat::Type(p) => (&*p.pat, self.ty(&p.ty)),
            pat => (pat, self.solver.table.fresh()),
        };
        if let Some(init) = &local.init {
            let t = self.expr(&init.expr, &declared);
            self.coerce(&t, &declared);
            if let Some((_, diverge)) = &init.diverge {
                self.expr(diverge, &T::Unknown);
            }
        }
        self.pat(pat, &declared);
    }

    /// A type that is written in a body; `_` is a variable.
    pub(crate) fn ty(&mut self, ty: &syn::Type) -> T {
        let t = self.walk.lower().ty(ty, &self.env);
        t.map(&mut |t| match t {
            T::Unknown => Some(self.solver.table.fresh()),
            _ => None,
        })
    }

    /// Reads an expression; its type.
    pub(crate) fn expr(&mut self, expr: &Expr, expected: &T) -> T {
        match expr {
            Expr::Array(a) => {
                let item = self.element_of(expected);
                for e in &a.elems {
                    let t = self.expr(e, &item);
                    self.coerce(&t, &item);
                }
                T::Array(Rc::new(item))
            }
            Expr::Repeat(r) => {
                let item = self.element_of(expected);
                let t = self.expr(&r.expr, &item);
                self.coerce(&t, &item);
                self.expr(&r.len, &T::Unknown);
                T::Array(Rc::new(item))
            }
            Expr::Assign(a) => {
                let left = self.expr(&a.left, &T::Unknown);
                let right = self.expr(&a.right, &left);
                self.coerce(&right, &left);
                T::unit()
            }
            Expr::Async(a) => {
                let inner = self.solver.table.fresh();
                let before = std::mem::replace(&mut self.output, inner.clone());
                let t = self.block(&a.block, &T::Unknown);
                self.coerce(&t, &inner);
                self.output = before;
                self.walk.lower().future(inner)
            }
            Expr::Await(a) => {
                let t = self.expr(&a.base, &T::Unknown);
                self.awaited(&t)
            }
            Expr::Binary(b) => self.binary(b),
            Expr::Block(b) => self.block(&b.block, expected),
            Expr::Unsafe(u) => self.block(&u.block, expected),
            Expr::Const(c) => self.block(&c.block, expected),
            Expr::TryBlock(t) => {
                self.block(&t.block, &T::Unknown);
                T::Unknown
            }
            Expr::Break(b) => {
                if let Some(e) = &b.expr {
                    let wanted = self.breaks.last().cloned().unwrap_or(T::Unknown);
                    let t = self.expr(e, &wanted);
                    self.coerce(&t, &wanted);
                }
                T::prim("never")
            }
            Expr::Continue(_) => T::prim("never"),
            Expr::Call(c) => self.call(c, expected),
            Expr::MethodCall(m) => self.method_call(m, expected),
            Expr::Cast(c) => {
                let from = self.expr(&c.expr, &T::Unknown);
                if let T::Adt(def, _) = self.solver.shallow(&from) {
                    self.def_site(def, How::Cast, c.expr.span(), Confidence::Likely);
                }
                self.ty(&c.ty)
            }
            Expr::Closure(c) => self.closure(c, expected),
            Expr::Field(f) => self.field(f),
            Expr::ForLoop(f) => {
                let over = self.expr(&f.expr, &T::Unknown);
                let item = self.item_of(&over, f.expr.span());
                self.scope(|body| {
                    body.pat(&f.pat, &item);
                    body.breaks.push(T::Unknown);
                    body.block(&f.body, &T::unit());
                    body.breaks.pop();
                });
                T::unit()
            }
            Expr::Group(g) => self.expr(&g.expr, expected),
            Expr::Paren(p) => self.expr(&p.expr, expected),
            Expr::If(i) => self.scope(|body| {
                body.expr(&i.cond, &T::prim("bool"));
                let then = body.block(&i.then_branch, expected);
                match &i.else_branch {
                    Some((_, other)) => {
                        let t = body.expr(other, expected);
                        body.join(then, t)
                    }
                    None => T::unit(),
                }
            }),
            Expr::Let(l) => {
                let t = self.expr(&l.expr, &T::Unknown);
                self.enum_matched(&t, std::iter::once(&*l.pat), false, l.expr.span());
                self.pat(&l.pat, &t);
                T::prim("bool")
            }
            Expr::Index(i) => {
                let base = self.expr(&i.expr, &T::Unknown);
                let index = self.expr(&i.index, &T::Unknown);
                self.indexed(&base, &index, i.expr.span())
            }
            Expr::Lit(l) => literal(&l.lit),
            Expr::Loop(l) => {
                let t = self.solver.table.fresh();
                self.breaks.push(t.clone());
                self.block(&l.body, &T::unit());
                self.breaks.pop();
                t
            }
            Expr::While(w) => {
                self.scope(|body| {
                    body.expr(&w.cond, &T::prim("bool"));
                    body.breaks.push(T::Unknown);
                    body.block(&w.body, &T::unit());
                    body.breaks.pop();
                });
                T::unit()
            }
            Expr::Macro(m) => self.macro_call(&m.mac, expected),
            Expr::Match(m) => self.match_(m, expected),
            Expr::Path(p) => self.path_value(p),
            Expr::Range(r) => self.range(r),
            Expr::Reference(r) => {
                let inner = match self.solver.shallow(expected) {
                    T::Ref(t) => (*t).clone(),
                    _ => T::Unknown,
                };
                self.expr(&r.expr, &inner).reference()
            }
            Expr::RawAddr(r) => {
                let t = self.expr(&r.expr, &T::Unknown);
                T::Pointer(Rc::new(t))
            }
            Expr::Return(r) => {
                if let Some(e) = &r.expr {
                    let wanted = self.output.clone();
                    let t = self.expr(e, &wanted);
                    self.coerce(&t, &wanted);
                }
                T::prim("never")
            }
            Expr::Struct(s) => self.struct_literal(s, expected),
            Expr::Try(t) => {
                let inner = self.expr(&t.expr, &T::Unknown);
                self.tried(&inner, t.question_token.span())
            }
            Expr::Tuple(t) => {
                let wanted = match self.solver.shallow(expected) {
                    T::Tuple(ts) if ts.len() == t.elems.len() => ts.to_vec(),
                    _ => vec![T::Unknown; t.elems.len()],
                };
                T::Tuple(t.elems.iter().zip(&wanted).map(|(e, w)| self.expr(e, w)).collect())
            }
            Expr::Unary(u) => {
                let t = self.expr(&u.expr, &T::Unknown);
                match u.op {
                    syn::UnOp::Deref(_) => match self.solver.shallow(&t) {
                        T::Pointer(t) => (*t).clone(),
                        t => match self.solver.deref(&t) {
                            Some((target, means)) => {
                                self.means_site(means.as_ref(), u.span());
                                target
                            }
                            None => T::Unknown,
                        },
                    },
                    syn::UnOp::Not(_) => self.operator(&t, None, "Not", u.span()),
                    syn::UnOp::Neg(_) => self.operator(&t, None, "Neg", u.span()),
                    _ => T::Unknown,
                }
            }
            Expr::Yield(y) => {
                if let Some(e) = &y.expr {
                    self.expr(e, &T::Unknown);
                }
                T::Unknown
            }
            Expr::Verbatim(tokens) => {
                self.tokens(tokens.clone(), true);
                T::Unknown
            }
            Expr::Infer(_) => T::Unknown,
            _ => T::Unknown,
        }
    }

    fn element_of(&mut self, expected: &T) -> T {
        match self.solver.shallow(expected) {
            T::Array(t) | T::Slice(t) => (*t).clone(),
            _ => self.solver.table.fresh(),
        }
    }

    pub(crate) fn join(&mut self, a: T, b: T) -> T {
        match (self.solver.shallow(&a), self.solver.shallow(&b)) {
            (T::Prim(p), b) if &*p == "never" => b,
            (T::Unknown, b) => b,
            (a, b) => {
                self.solver.table.unify(&a, &b);
                a
            }
        }
    }

    fn match_(&mut self, m: &syn::ExprMatch, expected: &T) -> T {
        let t = self.expr(&m.expr, &T::Unknown);
        let exhaustive = !m.arms.iter().any(|arm| arm.guard.is_none() && catches_all(&arm.pat));
        self.enum_matched(&t, m.arms.iter().map(|a| &a.pat), exhaustive, m.expr.span());
        let mut result = T::prim("never");
        for arm in &m.arms {
            let off = cfg::is_off(&arm.attrs, self.walk.set);
            let sink = self.walk.sink;
            let given = sink.inactive(off, || {
                self.scope(|body| {
                    body.pat(&arm.pat, &t);
                    if let Some((_, guard)) = &arm.guard {
                        body.expr(guard, &T::prim("bool"));
                    }
                    body.expr(&arm.body, expected)
                })
            });
            result = self.join(result, given);
        }
        result
    }

    fn range(&mut self, r: &syn::ExprRange) -> T {
        let item = self.solver.table.fresh();
        for e in [&r.start, &r.end].into_iter().flatten() {
            let t = self.expr(e, &item);
            self.coerce(&t, &item);
        }
        let name = match (&r.start, &r.end, &r.limits) {
            (Some(_), Some(_), syn::RangeLimits::HalfOpen(_)) => "Range",
            (Some(_), Some(_), syn::RangeLimits::Closed(_)) => "RangeInclusive",
            (Some(_), None, _) => "RangeFrom",
            (None, Some(_), syn::RangeLimits::HalfOpen(_)) => "RangeTo",
            (None, Some(_), syn::RangeLimits::Closed(_)) => "RangeToInclusive",
            (None, None, _) => return self.std_adt(&["ops", "RangeFull"], vec![]),
        };
        self.std_adt(&["ops", name], vec![item])
    }

    pub(crate) fn std_adt(&self, path: &[&str], args: Vec<T>) -> T {
        match self.walk.world.std(path) {
            Some(def) => T::Adt(def, args.into()),
            None => T::Unknown,
        }
    }

    pub(crate) fn std_trait(&self, path: &[&str]) -> Option<TraitRef> {
        self.walk.world.std(path).map(TraitRef::plain)
    }

    fn awaited(&mut self, t: &T) -> T {
        let t = self.solver.shallow(t);
        for path in [["future", "Future"], ["future", "IntoFuture"]] {
            if let Some(trait_) = self.std_trait(&path)
                && let Holds::Yes(_) = self.solver.holds(&t, &trait_)
                && let Some(out) = self.solver.project(&t, Some(&trait_), "Output")
            {
                return self.solver.shallow(&out);
            }
        }
        T::Unknown
    }

    /// What a `for` loop over a type gives.
    pub(crate) fn item_of(&mut self, t: &T, span: proc_macro2::Span) -> T {
        let t = self.solver.shallow(t);
        if let T::Array(item) = &t {
            return (**item).clone();
        }
        for path in [["iter", "Iterator"], ["iter", "IntoIterator"]] {
            let Some(trait_) = self.std_trait(&path) else { continue };
            if let Holds::Yes(means) = self.solver.holds(&t, &trait_) {
                self.means_site(Some(&means), span);
                if let Some(item) = self.solver.project(&t, Some(&trait_), "Item") {
                    return self.solver.shallow(&item);
                }
            }
        }
        if let T::Ref(inner) = &t
            && let T::Array(item) | T::Slice(item) = self.solver.shallow(inner)
        {
            return (*item).clone().reference();
        }
        T::Unknown
    }

    fn indexed(&mut self, base: &T, index: &T, span: proc_macro2::Span) -> T {
        let ranged = match self.solver.shallow(index).peel() {
            T::Adt(def, _) => {
                self.walk.world.is_std(*def) && self.walk.world.name_of(*def).starts_with("Range")
            }
            _ => false,
        };
        let mut step = self.solver.shallow(base);
        for _ in 0..8 {
            match &step {
                T::Slice(t) | T::Array(t) => {
                    return if ranged { T::Slice(t.clone()) } else { (**t).clone() };
                }
                T::Prim(name) if &**name == "str" => return step,
                T::Adt(..) => {
                    if let Some(def) = self.walk.world.std(&["ops", "Index"]) {
                        let args = [self.solver.table.fresh()].into();
                        let trait_ = TraitRef { def, args, bindings: [].into() };
                        if let Holds::Yes(means) = self.solver.holds(&step, &trait_) {
                            self.means_site(Some(&means), span);
                            return match self.solver.assoc_of(&means, "Output") {
                                Some(t) => self.solver.shallow(&t),
                                None => T::Unknown,
                            };
                        }
                    }
                }
                _ => {}
            }
            match self.solver.deref(&step) {
                Some((next, _)) => step = next,
                None => return T::Unknown,
            }
        }
        T::Unknown
    }

    /// `?` on a value.
    fn tried(&mut self, t: &T, span: proc_macro2::Span) -> T {
        let t = self.solver.shallow(t);
        let T::Adt(def, args) = &t else { return T::Unknown };
        if !self.walk.world.is_std(*def) {
            return T::Unknown;
        }
        match (self.walk.world.name_of(*def), args.len()) {
            ("Option", 1) => args[0].clone(),
            ("Result", 2) => {
                if let T::Adt(out, outs) = self.solver.shallow(&self.output.clone())
                    && out == *def
                    && outs.len() == 2
                {
                    let (from, to) = (args[1].clone(), outs[1].clone());
                    self.converted(&from, &to, span);
                }
                args[0].clone()
            }
            _ => T::Unknown,
        }
    }

    /// Reports the `From` impl by which one type becomes another.
    pub(crate) fn converted(&mut self, from: &T, to: &T, span: proc_macro2::Span) {
        let (from, to) = (self.solver.deep(from), self.solver.deep(to));
        if matches!(from, T::Unknown | T::Var(_)) || matches!(to, T::Unknown | T::Var(_)) {
            self.solver.table.unify(&from, &to);
            return;
        }
        if from == to {
            return;
        }
        if let Some(def) = self.walk.world.std(&["convert", "From"]) {
            let trait_ = TraitRef { def, args: [from].into(), bindings: [].into() };
            if let Holds::Yes(means) = self.solver.holds(&to, &trait_) {
                self.means_site(Some(&means), span);
            }
        }
    }

    /// Reports the impl row by which a type has a trait. A blanket impl of a surface that serves a
    /// type of the same surface is told with the type.
    pub(crate) fn means_site_of(&mut self, this: &T, means: &Means, span: proc_macro2::Span) {
        let world = self.walk.world;
        if let Means::Row(k, at, _) = means
            && let T::Adt(def @ Def::Api(of, _), _) = self.solver.shallow(this)
            && of == *k
            && let (Some((_, row)), Some((_, ty))) = (world.row(Def::Api(*k, *at)), world.row(def))
            && matches!(&row.facts, Facts::Impl(i) if i.is_blanket)
        {
            let item = format!("{}{}{}", row.key.path, UseSite::BY, ty.key.path);
            self.walk.sink.path(*k, &item, How::Infer, span, Confidence::Likely);
            return;
        }
        self.means_site(Some(means), span);
    }

    /// Reports the impl row by which something holds.
    pub(crate) fn means_site(&self, means: Option<&Means>, span: proc_macro2::Span) {
        match means {
            Some(Means::Row(k, row, _)) => {
                self.def_site(Def::Api(*k, *row), How::Infer, span, Confidence::Likely);
            }
            // An impl of the standard library rests on impls of what is inside.
            Some(Means::Source(..)) => {
                for (k, row) in &self.solver.rows_used {
                    self.def_site(Def::Api(*k, *row), How::Infer, span, Confidence::Likely);
                }
            }
            Some(Means::Bound(_) | Means::Builtin) | None => {}
        }
    }

    fn binary(&mut self, b: &syn::ExprBinary) -> T {
        use syn::BinOp;
        let left = self.expr(&b.left, &T::Unknown);
        let hint = match &b.op {
            BinOp::Eq(_) | BinOp::Ne(_) => left.clone(),
            _ => T::Unknown,
        };
        let right = self.expr(&b.right, &hint);
        let span = b.left.span();
        let trait_ = match &b.op {
            BinOp::Add(_) => "Add",
            BinOp::Sub(_) => "Sub",
            BinOp::Mul(_) => "Mul",
            BinOp::Div(_) => "Div",
            BinOp::Rem(_) => "Rem",
            BinOp::BitAnd(_) => "BitAnd",
            BinOp::BitOr(_) => "BitOr",
            BinOp::BitXor(_) => "BitXor",
            BinOp::Shl(_) => "Shl",
            BinOp::Shr(_) => "Shr",
            BinOp::AddAssign(_) => "AddAssign",
            BinOp::SubAssign(_) => "SubAssign",
            BinOp::BitOrAssign(_) => "BitOrAssign",
            BinOp::BitAndAssign(_) => "BitAndAssign",
            BinOp::Eq(_) | BinOp::Ne(_) => {
                self.operator_site(&left, &right, &["cmp", "PartialEq"], span);
                return T::prim("bool");
            }
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => {
                self.operator_site(&left, &right, &["cmp", "PartialOrd"], span);
                return T::prim("bool");
            }
            BinOp::And(_) | BinOp::Or(_) => return T::prim("bool"),
            _ => return T::unit(),
        };
        self.operator(&left, Some(&right), trait_, span)
    }

    fn operator_site(&mut self, left: &T, right: &T, path: &[&str], span: proc_macro2::Span) {
        let (l, r) = (self.solver.deep(left), self.solver.deep(right));
        let Some(def) = self.walk.world.std(path) else { return };
        let args = [r.peel().clone()].into();
        let trait_ = TraitRef { def, args, bindings: [].into() };
        if matches!(l.peel(), T::Adt(..))
            && let Holds::Yes(means) = self.solver.holds(l.peel(), &trait_)
        {
            self.means_site(Some(&means), span);
        }
    }

    fn operator(&mut self, left: &T, right: Option<&T>, name: &str, span: proc_macro2::Span) -> T {
        let l = self.solver.deep(left);
        match &l {
            T::Prim(_) => return l,
            T::Unknown | T::Var(_) => return T::Unknown,
            _ => {}
        }
        let Some(def) = self.walk.world.std(&["ops", name]) else { return T::Unknown };
        let args = right.map(|r| self.solver.deep(r)).into_iter().collect();
        let trait_ = TraitRef { def, args, bindings: [].into() };
        for this in [&l, l.peel()] {
            if let Holds::Yes(means) = self.solver.holds(this, &trait_) {
                self.means_site(Some(&means), span);
                return self.solver.assoc_of(&means, "Output").unwrap_or(T::Unknown);
            }
        }
        if self
            .walk
            .world
            .std(&["string", "String"])
            .is_some_and(|s| matches!(&l, T::Adt(d, _) if *d == s))
        {
            return l;
        }
        T::Unknown
    }

    fn closure(&mut self, c: &syn::ExprClosure, expected: &T) -> T {
        let (wanted, output) = match self.solver.shallow(expected) {
            T::Fn(params, out) => (params.to_vec(), (*out).clone()),
            t => match self.closure_bound(&t) {
                Some(known) => known,
                None => (Vec::new(), self.solver.table.fresh()),
            },
        };
        let mut params = Vec::new();
        self.scope(|body| {
            for (at, pat) in c.inputs.iter().enumerate() {
                let t = wanted.get(at).cloned().unwrap_or_else(|| body.solver.table.fresh());
                match pat {
                    syn::Pat::Type(p) => {
                        let declared = body.ty(&p.ty);
                        body.solver.table.unify(&declared, &t);
                        body.pat(&p.pat, &declared);
                        params.push(declared);
                    }
                    pat => {
                        body.pat(pat, &t);
                        params.push(t);
                    }
                }
            }
            let declared = match &c.output {
                syn::ReturnType::Default => output.clone(),
                syn::ReturnType::Type(_, ty) => {
                    let t = body.ty(ty);
                    body.solver.table.unify(&t, &output);
                    t
                }
            };
            let is_async = c.asyncness.is_some();
            let inner = if is_async { body.solver.table.fresh() } else { declared };
            let before = std::mem::replace(&mut body.output, inner.clone());
            let t = body.expr(&c.body, &inner);
            body.coerce(&t, &inner);
            if is_async {
                let future = body.walk.lower().future(inner);
                body.solver.table.unify(&output, &future);
            }
            body.output = before;
        });
        T::Fn(params.into(), Rc::new(output))
    }

    /// The parameters and the output of a `Fn` bound.
    fn closure_bound(&mut self, t: &T) -> Option<(Vec<T>, T)> {
        let inner = match t {
            T::Adt(def, args) if self.walk.world.name_of(*def) == "Box" => {
                args.first().cloned().unwrap_or(T::Unknown)
            }
            t => t.peel().clone(),
        };
        self.solver.bounds_of(&inner).iter().find_map(|b| self.fn_bound(b))
    }

    pub(crate) fn fn_bound(&self, bound: &TraitRef) -> Option<(Vec<T>, T)> {
        if !matches!(self.walk.world.name_of(bound.def), "Fn" | "FnMut" | "FnOnce") {
            return None;
        }
        let params = match bound.args.first() {
            Some(T::Tuple(ts)) => ts.to_vec(),
            _ => return None,
        };
        let out = bound.bindings.iter().find(|(n, _)| &**n == "Output");
        Some((params, out.map_or(T::Unknown, |(_, t)| t.clone())))
    }
}

fn expr_attrs(expr: &Expr) -> &[syn::Attribute] {
    match expr {
        Expr::Block(e) => &e.attrs,
        Expr::Call(e) => &e.attrs,
        Expr::MethodCall(e) => &e.attrs,
        Expr::If(e) => &e.attrs,
        Expr::Match(e) => &e.attrs,
        Expr::Macro(e) => &e.attrs,
        Expr::Assign(e) => &e.attrs,
        Expr::Unsafe(e) => &e.attrs,
        Expr::Return(e) => &e.attrs,
        Expr::ForLoop(e) => &e.attrs,
        _ => &[],
    }
}

/// Whether a pattern catches every value.
fn catches_all(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Wild(_) => true,
        // A lower-case name binds; an upper-case one is a constant or a variant.
        syn::Pat::Ident(p) => {
            p.subpat.is_none()
                && p.ident.to_string().chars().next().is_some_and(|c| !c.is_uppercase())
        }
        syn::Pat::Or(p) => p.cases.iter().any(catches_all),
        syn::Pat::Paren(p) => catches_all(&p.pat),
        syn::Pat::Reference(p) => catches_all(&p.pat),
        _ => false,
    }
}

pub(crate) fn literal(lit: &syn::Lit) -> T {
    match lit {
        syn::Lit::Str(_) => T::prim("str").reference(),
        syn::Lit::ByteStr(_) => T::Array(Rc::new(T::prim("u8"))).reference(),
        syn::Lit::Byte(_) => T::prim("u8"),
        syn::Lit::Char(_) => T::prim("char"),
        syn::Lit::Bool(_) => T::prim("bool"),
        syn::Lit::Int(i) if !i.suffix().is_empty() => T::prim(i.suffix()),
        syn::Lit::Float(f) if !f.suffix().is_empty() => T::prim(f.suffix()),
        _ => T::Unknown,
    }
}
