//! Macro calls: expanded where the package defines them, read as code where their arguments
//! parse, and else by their tokens.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use ripe_model::{Confidence, How};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Item, Pat, Token};

use super::body::Body;
use crate::sink::Sink;
use crate::types::{Def, T};
use crate::world::{Ns, Res, Seg};

/// Expansions of expansions that are followed in one body.
const EXPANSIONS: usize = 2_000;

impl Body<'_, '_> {
    /// A macro in the place of items; those of the package were expanded before.
    pub(crate) fn item_macro(&mut self, mac: &syn::Macro) {
        self.walk.sink.in_macro(mac.delimiter.span());
        self.report_macro(&mac.path);
        let name = last_name(&mac.path);
        if matches!(name.as_str(), "cfg_if" | "lazy_static" | "thread_local") {
            Sink::count(&self.walk.sink.macros_parsed);
            return;
        }
        self.tokens_as_code(&mac.tokens);
    }

    fn report_macro(&mut self, path: &syn::Path) {
        let module = self.env.module;
        self.walk.macro_path(path, module, How::Macro);
    }

    /// A macro in the place of an expression, statement or pattern; the type of what it gives.
    pub(crate) fn macro_call(&mut self, mac: &syn::Macro, expected: &T) -> T {
        self.walk.sink.in_macro(mac.delimiter.span());
        self.report_macro(&mac.path);
        let name = last_name(&mac.path);
        let segs: Vec<Seg> = mac.path.segments.iter().map(|s| Seg::new(&s.ident)).collect();
        let rooted = mac.path.leading_colon.is_some();
        let walk = self.walk.world.walk(self.env.module, &segs, rooted, Ns::Macro);
        let of_api = walk.hits.len() == segs.len()
            && matches!(walk.hits.last().map(|h| &h.res), Some(Res::Def(Def::Api(..))));
        if !of_api && self.walk.rules.knows(&name) {
            if self.expansions < EXPANSIONS
                && let Some(tokens) = self.walk.rules.expand(&name, &mac.tokens)
            {
                self.expansions += 1;
                return self.code(tokens, expected);
            }
            self.tokens(mac.tokens.clone(), true);
            return T::Unknown;
        }
        match name.as_str() {
            "vec" if !of_api => self.vec_macro(&mac.tokens, expected),
            "matches" if !of_api => {
                self.matches_macro(&mac.tokens);
                T::prim("bool")
            }
            "format" if !of_api => {
                self.tokens_as_code(&mac.tokens);
                self.std_adt(&["string", "String"], vec![])
            }
            "println" | "print" | "eprintln" | "eprint" | "assert" | "assert_eq" | "assert_ne"
            | "debug_assert" | "debug_assert_eq" | "debug_assert_ne"
                if !of_api =>
            {
                self.tokens_as_code(&mac.tokens);
                T::unit()
            }
            "panic" | "unreachable" | "todo" | "unimplemented" if !of_api => {
                self.tokens_as_code(&mac.tokens);
                T::prim("never")
            }
            "write" | "writeln" if !of_api => {
                self.tokens_as_code(&mac.tokens);
                T::Unknown
            }
            "concat" | "stringify" | "env" | "include_str" | "file" | "module_path" if !of_api => {
                T::prim("str").reference()
            }
            "dbg" if !of_api => match syn::parse2::<Expr>(mac.tokens.clone()) {
                Ok(expr) => self.expr(&expr, expected),
                Err(_) => T::Unknown,
            },
            _ => {
                self.tokens_as_code(&mac.tokens);
                T::Unknown
            }
        }
    }

    /// Code that an expansion gave.
    fn code(&mut self, tokens: TokenStream, expected: &T) -> T {
        if let Ok(expr) = syn::parse2::<Expr>(tokens.clone()) {
            return self.expr(&expr, expected);
        }
        if let Ok(stmts) = syn::Block::parse_within.parse2(tokens.clone()) {
            return self.stmts(&stmts, expected);
        }
        if let Ok(pat) = Pat::parse_multi_with_leading_vert.parse2(tokens.clone()) {
            self.pat(&pat, expected);
            return T::Unknown;
        }
        self.tokens(tokens, true);
        T::Unknown
    }

    fn vec_macro(&mut self, tokens: &TokenStream, expected: &T) -> T {
        let item = match self.solver.shallow(expected) {
            T::Adt(_, args) if args.len() == 1 => args[0].clone(),
            _ => self.solver.table.fresh(),
        };
        let repeat = |input: ParseStream<'_>| {
            let item: Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            let n: Expr = input.parse()?;
            Ok((item, n))
        };
        if let Ok((e, n)) = repeat.parse2(tokens.clone()) {
            let t = self.expr(&e, &item);
            self.coerce(&t, &item);
            self.expr(&n, &T::Unknown);
        } else if let Ok(list) =
            Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone())
        {
            for e in &list {
                let t = self.expr(e, &item);
                self.coerce(&t, &item);
            }
        } else {
            self.tokens(tokens.clone(), true);
        }
        Sink::count(&self.walk.sink.macros_parsed);
        self.std_adt(&["vec", "Vec"], vec![item])
    }

    fn matches_macro(&mut self, tokens: &TokenStream) {
        let parser = |input: ParseStream<'_>| {
            let e: Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = Pat::parse_multi_with_leading_vert(input)?;
            let guard = match input.parse::<Option<Token![if]>>()? {
                Some(_) => Some(input.parse::<Expr>()?),
                None => None,
            };
            input.parse::<Option<Token![,]>>()?;
            Ok((e, pat, guard))
        };
        match parser.parse2(tokens.clone()) {
            Ok((e, pat, guard)) => {
                Sink::count(&self.walk.sink.macros_parsed);
                let t = self.expr(&e, &T::Unknown);
                let span = syn::spanned::Spanned::span(&e);
                self.enum_matched(&t, std::iter::once(&pat), false, span);
                self.scope(|body| {
                    body.pat(&pat, &t);
                    if let Some(guard) = guard {
                        body.expr(&guard, &T::prim("bool"));
                    }
                });
            }
            Err(_) => self.tokens(tokens.clone(), true),
        }
    }

    /// Reads the arguments of a macro as expressions, statements or items, whichever they are.
    pub(crate) fn tokens_as_code(&mut self, tokens: &TokenStream) {
        if tokens.is_empty() {
            return;
        }
        if let Ok(list) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
            Sink::count(&self.walk.sink.macros_parsed);
            for e in &list {
                match e {
                    // `name = value` of a format string.
                    Expr::Assign(a) if matches!(&*a.left, Expr::Path(_)) => {
                        self.expr(&a.right, &T::Unknown);
                    }
                    e => {
                        self.expr(e, &T::Unknown);
                    }
                }
            }
            return;
        }
        if let Ok(items) = crate::expand::all::<Item>(tokens.clone())
            && !items.iter().any(|i| matches!(i, Item::Verbatim(_)))
        {
            Sink::count(&self.walk.sink.macros_parsed);
            for item in &items {
                self.walk.item(item, self.env.module);
            }
            return;
        }
        if let Ok(stmts) = syn::Block::parse_within.parse2(tokens.clone()) {
            Sink::count(&self.walk.sink.macros_parsed);
            self.scope(|body| body.stmts(&stmts, &T::Unknown));
            return;
        }
        Sink::count(&self.walk.sink.macros_by_tokens);
        let sink = self.walk.sink;
        sink.at_best(Confidence::Likely, || self.tokens(tokens.clone(), true));
    }

    /// Reads tokens for paths and method names. `locals`: whether names of the body shadow.
    pub(crate) fn tokens(&mut self, tokens: TokenStream, locals: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) => {
                    self.tokens(group.stream(), locals);
                    at += 1;
                }
                TokenTree::Punct(p) if p.as_char() == '#' => {
                    if let Some(TokenTree::Group(group)) = tokens.get(at + 1)
                        && group.delimiter() == Delimiter::Bracket
                    {
                        self.attribute_tokens(group.stream());
                        at += 2;
                        continue;
                    }
                    at += 1;
                }
                // `.name(`: a method of a type that is not known here.
                TokenTree::Punct(p) if p.as_char() == '.' => {
                    if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(args))) =
                        (tokens.get(at + 1), tokens.get(at + 2))
                        && args.delimiter() == Delimiter::Parenthesis
                    {
                        self.untyped(&T::Unknown, &name.to_string(), name.span());
                    }
                    at += 1;
                    if matches!(tokens.get(at), Some(TokenTree::Ident(_))) {
                        at += 1;
                    }
                }
                TokenTree::Ident(_) => at = self.token_path(&tokens, at, locals),
                TokenTree::Punct(_) | TokenTree::Literal(_) => at += 1,
            }
        }
    }

    fn attribute_tokens(&mut self, tokens: TokenStream) {
        let parser = |input: ParseStream<'_>| input.parse::<syn::Meta>();
        if let Ok(meta) = parser.parse2(tokens) {
            let attr: syn::Attribute = syn::Attribute {
                pound_token: Default::default(),
                style: syn::AttrStyle::Outer,
                bracket_token: Default::default(),
                meta,
            };
            self.walk.attributes(&[attr], self.env.module);
        }
    }

    /// A path of tokens; where it ends.
    fn token_path(&mut self, tokens: &[TokenTree], start: usize, locals: bool) -> usize {
        let mut segs = Vec::new();
        let mut at = start;
        while let Some(TokenTree::Ident(name)) = tokens.get(at) {
            segs.push(Seg::new(name));
            at += 1;
            let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
            if colon(at) && colon(at + 1) && matches!(tokens.get(at + 2), Some(TokenTree::Ident(_)))
            {
                at += 2;
            } else {
                break;
            }
        }
        let dollar =
            start > 0 && matches!(&tokens[start - 1], TokenTree::Punct(p) if p.as_char() == '$');
        if segs.len() == 1 && (dollar || (locals && self.local(&segs[0].name).is_some())) {
            return at;
        }
        // A single name before `:` or `=` is more likely a field or a parameter.
        if segs.len() == 1
            && matches!(tokens.get(at), Some(TokenTree::Punct(p)) if matches!(p.as_char(), ':' | '='))
        {
            return at;
        }
        let called = matches!(tokens.get(at), Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis);
        let is_macro = matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == '!');
        let spaces: &[Ns] = if is_macro { &[Ns::Macro] } else { &[Ns::Value, Ns::Type] };
        for ns in spaces {
            let walk = self.walk.world.walk(self.env.module, &segs, false, *ns);
            let Some(last) = walk.hits.last() else { continue };
            if walk.hits.len() < segs.len() && !matches!(last.res, Res::Def(_)) {
                continue;
            }
            let how = match (ns, called) {
                (Ns::Macro, _) => How::Macro,
                (Ns::Value, true) => How::Call,
                (Ns::Value, false) => How::Path,
                (Ns::Type, _) => How::Type,
            };
            let n = walk.hits.len();
            self.walk.lower().report(&segs[..n], &walk.hits, how);
            if n < segs.len()
                && let Res::Def(def) = last.res
            {
                let t = self.walk.lower().named(def, Vec::new());
                if let Some(found) = self.solver.associated(&t, &segs[n].name) {
                    self.def_site(found.def, how, segs[n].span, Confidence::Likely);
                }
            }
            break;
        }
        at
    }
}

fn last_name(path: &syn::Path) -> String {
    path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default()
}
