//! Whether the arms of one `macro_rules!` macro take everything that an arm of another took.
//!
//! The old arm is spelled out as sample invocations, each repetition none, once and twice; a sample
//! that no new arm takes is an invocation that broke. Fragments stand for themselves and are
//! ordered (Rust Reference, "Macros By Example"): an `expr` takes what a `literal` took, not the
//! other way round.

/// How much of the old arm the new arms take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A sample fits no arm.
    Less,
    /// The samples are too many or too deep to tell.
    Perhaps,
    /// Every sample fits.
    All,
}

/// The most samples of one arm, and the most steps and nested calls for matching one.
const SAMPLES: usize = 243;
const STEPS: usize = 20_000;
const DEPTH: usize = 400;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Text(String),
    Fragment(String),
    Repeat { body: Vec<Node>, separator: Option<String>, least: usize, most: usize },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Sample {
    Text(String),
    Fragment(String),
}

/// Whether `new` takes everything that the arm `old` took.
pub(crate) fn takes(old: &str, new: &[&str]) -> Takes {
    let samples = samples(&parse(old));
    let arms: Vec<Vec<Node>> = new.iter().map(|arm| parse(arm)).collect();
    let mut verdict = if samples.len() >= SAMPLES { Takes::Perhaps } else { Takes::All };
    let full = least_full(&parse(old));
    for sample in &samples {
        let mut budget = Budget { steps: STEPS, depth: DEPTH, spent: false };
        let fits = arms.iter().any(|arm| {
            let nodes: Vec<&Node> = arm.iter().collect();
            fits(&nodes, sample, &mut budget)
        });
        match (fits, budget.spent) {
            (true, _) => {}
            (false, true) => verdict = Takes::Perhaps,
            // Whether an invocation with nothing in it expands to anything, no matcher tells.
            (false, false) if sample.len() < full => verdict = Takes::Perhaps,
            (false, false) => return Takes::Less,
        }
    }
    verdict
}

/// Invocations that the arm `old` took and no arm of `new` takes, as text.
pub(crate) fn lost(old: &str, new: &[&str]) -> Vec<String> {
    let arms: Vec<Vec<Node>> = new.iter().map(|arm| parse(arm)).collect();
    let is_taken = |sample: &[Sample]| {
        let mut budget = Budget { steps: STEPS, depth: DEPTH, spent: false };
        let fits = |arm: &Vec<Node>| fits(&arm.iter().collect::<Vec<_>>(), sample, &mut budget);
        arms.iter().any(fits) || budget.spent
    };
    let lost = samples(&parse(old)).into_iter().filter(|sample| !is_taken(sample));
    lost.flat_map(|sample| [spelled(&sample, PLAIN), spelled(&sample, FULL)]).collect()
}

/// What to write for a fragment: by its kind, as narrow and as wide as it goes.
type Spelling = &'static [(&'static str, &'static str)];
const PLAIN: Spelling = &[
    ("ty", "u8"),
    ("path", "u8"),
    ("literal", "1"),
    ("expr", "1"),
    ("expr_2021", "1"),
    ("lifetime", "'static"),
    ("block", "{}"),
    ("item", "pub fn f() {}"),
    ("stmt", "let x = 1"),
    ("meta", "allow(unused)"),
    ("vis", "pub"),
];
const FULL: Spelling = &[
    ("ty", "[u8; 1]"),
    ("path", "std::primitive::u8"),
    ("literal", "-1"),
    ("expr", "1 + 1"),
    ("expr_2021", "1 + 1"),
    ("lifetime", "'static"),
    ("block", "{ 1 }"),
    ("item", "pub struct F;"),
    ("stmt", "1 + 1"),
    ("meta", "allow(unused)"),
    ("vis", "pub(crate)"),
];

/// A sample as tokens that a compiler takes.
fn spelled(sample: &[Sample], spelling: Spelling) -> String {
    let parts = (0..).zip(sample).map(|(at, part): (usize, _)| match part {
        Sample::Text(text) => text.clone(),
        Sample::Fragment(kind) if kind == "ident" => format!("x{at}"),
        Sample::Fragment(kind) => {
            let found = spelling.iter().find(|(of, _)| of == kind);
            // `pat` and `tt` take the wildcard.
            found.map_or("_", |(_, text)| text).to_owned()
        }
    });
    parts.collect::<Vec<_>>().join(" ")
}

/// What is left to spend on one sample.
struct Budget {
    steps: usize,
    depth: usize,
    spent: bool,
}

fn fits(nodes: &[&Node], sample: &[Sample], budget: &mut Budget) -> bool {
    if budget.steps == 0 || budget.depth == 0 {
        budget.spent = true;
        return false;
    }
    budget.steps -= 1;
    budget.depth -= 1;
    let fit = fits_within(nodes, sample, budget);
    budget.depth += 1;
    fit
}

fn fits_within(nodes: &[&Node], sample: &[Sample], budget: &mut Budget) -> bool {
    let Some((first, rest)) = nodes.split_first() else { return sample.is_empty() };
    match first {
        Node::Text(text) => match sample.split_first() {
            Some((Sample::Text(t), after)) if t == text => fits(rest, after, budget),
            _ => false,
        },
        Node::Fragment(kind) if kind == "vis" => {
            visibilities(sample).into_iter().any(|n| fits(rest, &sample[n..], budget))
        }
        Node::Fragment(kind) => {
            consumed(kind, sample).is_some_and(|n| fits(rest, &sample[n..], budget))
        }
        Node::Repeat { body, separator, least, most } => {
            if *least == 0 && fits(rest, sample, budget) {
                return true;
            }
            if *most == 0 || sample.is_empty() {
                return false;
            }
            let swallows = *body == [Node::Fragment("tt".to_owned())] && separator.is_none();
            if swallows {
                return (1..=sample.len())
                    .rev()
                    .any(|n| balanced(&sample[..n]) && fits(rest, &sample[n..], budget));
            }
            let again = Node::Repeat {
                body: separator
                    .iter()
                    .cloned()
                    .map(Node::Text)
                    .chain(body.iter().cloned())
                    .collect(),
                separator: None,
                least: 0,
                most: if *most == 1 { 0 } else { usize::MAX },
            };
            let mut unrolled: Vec<&Node> = body.iter().collect();
            unrolled.push(&again);
            unrolled.extend_from_slice(rest);
            fits(&unrolled, sample, budget)
        }
    }
}

/// How many parts of the sample a fragment takes.
fn consumed(kind: &str, sample: &[Sample]) -> Option<usize> {
    match sample.first()? {
        Sample::Fragment(given) => wider(kind, given).then_some(1),
        Sample::Text(text) if kind == "tt" => match text.as_str() {
            "(" | "[" | "{" => (1..=sample.len()).find(|n| balanced(&sample[..*n])),
            ")" | "]" | "}" => None,
            _ => Some(1),
        },
        Sample::Text(text) => {
            let is_word = text.chars().all(|c| c.is_alphanumeric() || c == '_') && text != "_";
            (is_word && matches!(kind, "ident" | "expr" | "path" | "ty" | "pat" | "meta"))
                .then_some(1)
        }
    }
}

/// How many parts of the sample a visibility may take: `pub(…)`, `pub`, or nothing.
fn visibilities(sample: &[Sample]) -> Vec<usize> {
    let text = |at: usize| match sample.get(at) {
        Some(Sample::Text(text)) => text.as_str(),
        Some(Sample::Fragment(_)) | None => "",
    };
    let restricted = || (3..=sample.len()).find(|n| balanced(&sample[1..*n]));
    match sample.first() {
        Some(Sample::Fragment(given)) if given == "vis" => vec![1],
        Some(Sample::Text(word)) if word == "pub" && text(1) == "(" => {
            restricted().into_iter().chain([1, 0]).collect()
        }
        Some(Sample::Text(word)) if word == "pub" => vec![1, 0],
        _ => vec![0],
    }
}

fn balanced(sample: &[Sample]) -> bool {
    let mut depth = 0i32;
    for part in sample {
        if let Sample::Text(text) = part {
            match text.as_str() {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth -= 1,
                _ => {}
            }
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Whether the fragment `wide` takes everything that `narrow` takes.
fn wider(wide: &str, narrow: &str) -> bool {
    wide == narrow
        || match wide {
            "tt" => matches!(narrow, "ident" | "lifetime"),
            "expr" | "expr_2021" => {
                matches!(narrow, "expr" | "expr_2021" | "literal" | "ident" | "path" | "block")
            }
            "pat" => matches!(narrow, "pat_param" | "literal" | "ident" | "path"),
            "pat_param" => matches!(narrow, "literal" | "ident" | "path"),
            "ty" => matches!(narrow, "ident" | "path"),
            "path" | "meta" => matches!(narrow, "ident" | "path"),
            "stmt" => matches!(narrow, "expr" | "literal" | "ident" | "path" | "block" | "item"),
            _ => false,
        }
}

/// How long a sample is in which every repetition occurs.
fn least_full(nodes: &[Node]) -> usize {
    nodes
        .iter()
        .map(|node| match node {
            Node::Text(_) | Node::Fragment(_) => 1,
            Node::Repeat { body, .. } => least_full(body),
        })
        .sum()
}

fn samples(nodes: &[Node]) -> Vec<Vec<Sample>> {
    let mut found: Vec<Vec<Sample>> = vec![Vec::new()];
    for node in nodes {
        let parts: Vec<Vec<Sample>> = match node {
            Node::Text(text) => vec![vec![Sample::Text(text.clone())]],
            Node::Fragment(kind) => vec![vec![Sample::Fragment(kind.clone())]],
            Node::Repeat { body, separator, least, most } => {
                let once = samples(body);
                let mut parts = Vec::new();
                if *least == 0 {
                    parts.push(Vec::new());
                }
                parts.extend(once.iter().cloned());
                if *most > 1
                    && let Some(first) = once.last()
                {
                    let mut twice = first.clone();
                    twice.extend(separator.iter().cloned().map(Sample::Text));
                    twice.extend(first.iter().cloned());
                    parts.push(twice);
                }
                parts
            }
        };
        found = (found.iter())
            .flat_map(|start| parts.iter().map(move |part| [start.as_slice(), part].concat()))
            .take(SAMPLES)
            .collect();
    }
    found
}

fn parse(text: &str) -> Vec<Node> {
    let tokens = tokens(text);
    let mut at = 0;
    parse_until(&tokens, &mut at, false)
}

fn parse_until(tokens: &[Node], at: &mut usize, in_repeat: bool) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut depth = 0u32;
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token {
            Node::Text(text) if text == "$(" => {
                let body = parse_until(tokens, at, true);
                nodes.push(repeat(body, tokens, at));
            }
            Node::Text(text) if text == ")" && in_repeat && depth == 0 => return nodes,
            Node::Text(text) => {
                match text.as_str() {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                nodes.push(token.clone());
            }
            Node::Fragment(_) | Node::Repeat { .. } => nodes.push(token.clone()),
        }
    }
    nodes
}

fn repeat(body: Vec<Node>, tokens: &[Node], at: &mut usize) -> Node {
    let text = |at: usize| match tokens.get(at) {
        Some(Node::Text(text)) => text.as_str(),
        _ => "",
    };
    let mut separator = None;
    if !matches!(text(*at), "*" | "+" | "?") || matches!(text(*at + 1), "*" | "+") {
        separator = Some(text(*at).to_owned());
        *at += 1;
    }
    let (least, most) = match text(*at) {
        "+" => (1, usize::MAX),
        "?" => (0, 1),
        _ => (0, usize::MAX),
    };
    *at += 1;
    Node::Repeat { body, separator, least, most }
}

/// Splits a matcher; the names of metavariables are dropped, since nobody can see them. The outer
/// delimiters are dropped too: an invocation may use any.
fn tokens(text: &str) -> Vec<Node> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| !c.is_whitespace()) {
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix('$') {
            let after = after.trim_start();
            let tail = after[word_end(after)..].trim_start();
            if let Some(fragment) = tail.strip_prefix(':').filter(|_| word_end(after) > 0) {
                let fragment = fragment.trim_start();
                let end = word_end(fragment);
                found.push(Node::Fragment(fragment[..end].to_owned()));
                rest = &fragment[end..];
                continue;
            }
            if let Some(inside) = after.strip_prefix('(') {
                found.push(Node::Text("$(".to_owned()));
                rest = inside;
                continue;
            }
        }
        let end = match word_end(rest) {
            0 => rest.chars().next().map_or(rest.len(), char::len_utf8),
            end => end,
        };
        found.push(Node::Text(rest[..end].to_owned()));
        rest = &rest[end..];
    }
    found
}

fn word_end(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Takes, takes};

    #[track_caller]
    fn check(old: &str, new: &[&str], verdict: Takes) {
        assert_eq!(takes(old, new), verdict, "{old} -> {new:?}");
    }

    #[test]
    fn names_of_metavariables_do_not_matter() {
        check("$a : expr , $b : ty", &["$x:expr, $y:ty"], Takes::All);
    }

    #[test]
    fn a_wider_fragment_takes_all_and_a_narrower_one_less() {
        check("$a:literal", &["$a:expr"], Takes::All);
        check("$a:expr", &["$a:literal"], Takes::Less);
    }

    #[test]
    fn an_optional_part_takes_what_was_there_before() {
        check("$a:expr", &["$a:expr $(, $b:expr)?"], Takes::All);
        check("$($a:expr),*", &["$($a:expr),* $(,)?"], Takes::All);
        check("$($a:expr),+", &["$($a:expr),*"], Takes::All);
        check("$($a:expr),*", &["$($a:expr),+"], Takes::Perhaps);
        check("$($a:expr),*", &["$a:expr"], Takes::Less);
    }

    #[test]
    fn two_arms_may_share_the_work_of_one() {
        check(
            "$(if $m:meta { $($t:tt)* }) else *",
            &["", "$(if $m:meta { $($t:tt)* }) else +"],
            Takes::All,
        );
    }

    #[test]
    fn a_visibility_takes_what_three_arms_spelled_out() {
        // bitflags 1.2 -> 1.3
        let new = ["$(#[$o:meta])* $vis:vis struct $n:ident: $t:ty { $($f:ident;)* }"];
        check("$(#[$o:meta])* pub struct $n:ident: $t:ty { $($f:ident;)+ }", &new, Takes::All);
        check("$(#[$o:meta])* struct $n:ident: $t:ty { $($f:ident;)+ }", &new, Takes::All);
        let inside = "$(#[$o:meta])* pub ($($v:tt)+) struct $n:ident: $t:ty { $($f:ident;)+ }";
        check(inside, &new, Takes::All);
        check("pub enum $n:ident", &["$vis:vis struct $n:ident"], Takes::Less);
    }

    #[test]
    fn repetitions_of_nothing_end() {
        check("$a:expr", &["$( $( $b:ident )* )* $v:vis"], Takes::Perhaps);
    }

    #[test]
    fn token_trees_swallow_everything() {
        check("struct $n:ident { $($f:ident : $t:ty),* }", &["$($t:tt)*"], Takes::All);
    }
}
