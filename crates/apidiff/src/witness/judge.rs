//! The compiler's word on clients, many in one crate.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use ripe_model::{ApiModel, Change};

use super::names::{self, Names};
use crate::diff::prepared;
use crate::surface::Surface;

use super::{Client, ForeignName, is_provable, write};

/// The version that a client is compiled against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The old one.
    Old,
    /// The new one.
    New,
}

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The lines of the text that it points to first of all, from 1.
    pub lines: Vec<u32>,
    /// Its code, `E0308`.
    pub code: Option<String>,
    /// The first line of the message.
    pub message: String,
}

/// Compiles a text against one version, and returns what the compiler refuses.
pub type Compile<'c, E> = &'c mut dyn FnMut(Side, &str) -> Result<Vec<Refusal>, E>;

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A client compiles against the old version, and the compiler refuses it against the new one
    /// where it uses the item.
    Proven {
        /// The client.
        client: Client,
        /// What the compiler said, with its code.
        error: String,
    },
    /// Every client compiles against both, or is refused elsewhere.
    Refuted {
        /// One of them, if possible one that compiles against both.
        client: Client,
        /// What the compiler said where it is refused elsewhere; `None` where it compiles.
        elsewhere: Option<String>,
    },
    /// No client that compiles against the old version could be written.
    Unwritten {
        /// Why.
        why: String,
    },
}

/// What stands at the head of every crate of clients.
const HEAD: &str = "#![allow(warnings)]\npub const fn any<T>() -> T { panic!() }\n";
/// The most clients in one crate: what a compiler takes in one go.
const BATCH: usize = 4000;
/// How often a crate is compiled again for errors that others hid.
const ROUNDS: usize = 24;

/// Writes clients for every change that [is provable](is_provable), and has them judged: for each
/// change by its index. The compiler has the crate under its own name, and every other crate of
/// the old model as [`extern_name`](super::extern_name); against the new version in the version
/// that a client of the old one would have there.
///
/// # Errors
/// Those of the compiler, where it could not be asked.
pub fn prove<E>(
    old: &ApiModel,
    new: &ApiModel,
    changes: &[Change],
    compile: Compile<'_, E>,
) -> Result<BTreeMap<usize, Proof>, E> {
    let (old, new) = (prepared(old), prepared(new));
    let (before, after) = (Surface::new(&old), Surface::new(&new));
    let asked: Vec<usize> = (0..changes.len()).filter(|&at| is_provable(&changes[at])).collect();
    let mut names = Names::default();
    // Each round may name what the last one could not spell.
    loop {
        let unnamed: BTreeSet<ForeignName> = (asked.iter())
            .flat_map(|&at| write(&before, &after, &names, &changes[at]).trouble.unnamed)
            .collect();
        if unnamed.is_empty() {
            break;
        }
        look_up(&old, unnamed, &mut names, compile)?;
    }
    let mut proofs = BTreeMap::new();
    let mut clients: Vec<(usize, Client)> = Vec::new();
    for at in asked {
        let written = write(&before, &after, &names, &changes[at]);
        let cannot = written.trouble.cannot.unwrap_or_default();
        let why = if written.clients.is_empty() {
            cannot
        } else {
            "what was written does not compile against the old version".to_owned()
        };
        proofs.insert(at, Proof::Unwritten { why });
        clients.extend(written.clients.into_iter().map(|client| (at, client)));
    }
    for batch in clients.chunks(BATCH) {
        judge(batch, &mut proofs, compile)?;
    }
    Ok(proofs)
}

/// Has the importable paths of names found.
fn look_up<E>(
    old: &ApiModel,
    unnamed: BTreeSet<ForeignName>,
    names: &mut Names,
    compile: Compile<'_, E>,
) -> Result<(), E> {
    let mut paths = Vec::new();
    let mut clients = Vec::new();
    for name in unnamed {
        for path in names::candidates(old, &name) {
            clients.push(names::importing(&path));
            paths.push((name.clone(), path));
        }
        names.insert(name, None);
    }
    let refused = until_it_compiles(Side::Old, &clients, compile)?;
    for (at, (name, path)) in paths.into_iter().enumerate().rev() {
        if !refused.contains_key(&at) {
            names.insert(name, Some(path));
        }
    }
    Ok(())
}

/// Withdraws what the old version refuses, then looks at what the new one refuses.
fn judge<E>(
    clients: &[(usize, Client)],
    proofs: &mut BTreeMap<usize, Proof>,
    compile: Compile<'_, E>,
) -> Result<(), E> {
    let texts: Vec<Client> = clients.iter().map(|(_, client)| client.clone()).collect();
    let withdrawn = until_it_compiles(Side::Old, &texts, compile)?;
    for (at, error) in &withdrawn {
        if let Some(Proof::Unwritten { why }) = proofs.get_mut(&clients[*at].0)
            && !why.contains(": ")
        {
            *why = format!("{why}: {}", error.text);
        }
    }
    let left: Vec<&(usize, Client)> =
        (0..).zip(clients).filter(|(at, _)| !withdrawn.contains_key(at)).map(|(_, c)| c).collect();
    let texts: Vec<Client> = left.iter().map(|(_, client)| client.clone()).collect();
    let refused = until_it_compiles(Side::New, &texts, compile)?;
    for (at, (change, client)) in left.into_iter().enumerate() {
        let now = match refused.get(&at) {
            Some(error) if error.at_point => {
                Proof::Proven { client: client.clone(), error: error.text.clone() }
            }
            Some(error) => {
                Proof::Refuted { client: client.clone(), elsewhere: Some(error.text.clone()) }
            }
            None => Proof::Refuted { client: client.clone(), elsewhere: None },
        };
        let known = proofs.entry(*change).or_insert_with(|| now.clone());
        if rank(&now) > rank(known) {
            *known = now;
        }
    }
    Ok(())
}

fn rank(proof: &Proof) -> u8 {
    match proof {
        Proof::Unwritten { .. } => 0,
        Proof::Refuted { elsewhere: Some(_), .. } => 1,
        Proof::Refuted { elsewhere: None, .. } => 2,
        Proof::Proven { .. } => 3,
    }
}

/// What the compiler said of a client.
struct Said {
    /// Whether one of the errors is about the point.
    at_point: bool,
    text: String,
}

/// Compiles the clients as modules of one crate, and again without those that are refused, until
/// the rest compiles: an error may hide others, of later phases. Returns those that were refused.
fn until_it_compiles<E>(
    side: Side,
    clients: &[Client],
    compile: Compile<'_, E>,
) -> Result<BTreeMap<usize, Said>, E> {
    let mut refused: BTreeMap<usize, Said> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let left: Vec<usize> = (0..clients.len()).filter(|at| !refused.contains_key(at)).collect();
        if left.is_empty() {
            break;
        }
        let (text, places) = crate_of(left.iter().map(|at| &clients[*at]));
        let errors = compile(side, &text)?;
        if errors.is_empty() {
            break;
        }
        let before = refused.len();
        for error in &errors {
            for line in &error.lines {
                let Some(found) = places.iter().position(|place| place.all.contains(line)) else {
                    continue;
                };
                let at_point = places[found].point.contains(line);
                let code = error.code.as_deref().unwrap_or("error");
                let text = format!("{code} {}", error.message);
                let said = refused
                    .entry(left[found])
                    .or_insert_with(|| Said { at_point, text: text.clone() });
                if at_point && !said.at_point {
                    *said = Said { at_point, text };
                }
            }
        }
        if refused.len() == before {
            // Errors that no client has: nothing is known of any that is left.
            let text = errors[0].message.clone();
            refused.extend(left.into_iter().map(|at| {
                (at, Said { at_point: false, text: format!("the compiler fails: {text}") })
            }));
        }
    }
    Ok(refused)
}

/// Where a client stands in the text of its crate.
struct Place {
    all: RangeInclusive<u32>,
    point: RangeInclusive<u32>,
}

fn crate_of<'c>(clients: impl Iterator<Item = &'c Client>) -> (String, Vec<Place>) {
    let mut text = HEAD.to_owned();
    let mut line = 1 + u32::try_from(HEAD.lines().count()).unwrap_or(0);
    let lines = |text: &str| u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
    let mut places = Vec::new();
    for (at, client) in clients.enumerate() {
        let first = line;
        text.push_str(&format!("pub mod w{at} {{ use crate::any;\n"));
        let start = first + 1 + lines(&client.before);
        let end = start + lines(&client.point).max(1) - 1;
        let last = end + lines(&client.after) + 1;
        for part in [&client.before, &client.point, &client.after] {
            if !part.is_empty() {
                text.push_str(part);
                text.push('\n');
            }
        }
        text.push_str("}\n");
        places.push(Place { all: first..=last, point: start..=end });
        line = last + 1;
    }
    (text, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(point: &str) -> Client {
        Client { before: "fn w() {".to_owned(), point: point.to_owned(), after: "}".to_owned() }
    }

    #[test]
    fn the_point_is_where_it_says() {
        let clients = [client("a\nb"), client("c")];
        let (text, places) = crate_of(clients.iter());
        let lines: Vec<&str> = text.lines().collect();
        for (client, place) in clients.iter().zip(&places) {
            let (from, to) = (*place.point.start() as usize, *place.point.end() as usize);
            assert_eq!(lines[from - 1..to].join("\n"), client.point);
            assert_eq!(lines[*place.all.end() as usize - 1], "}");
        }
    }

    #[test]
    fn errors_that_others_hid_are_found_in_a_later_round() {
        let clients = [client("resolve"), client("check"), client("fine")];
        let mut asked = 0;
        let refused = until_it_compiles(Side::Old, &clients, &mut |_, text| -> Result<_, ()> {
            asked += 1;
            let word = if text.contains("resolve") { "resolve" } else { "check" };
            let found = text.lines().position(|line| line == word);
            Ok(found
                .map(|at| Refusal {
                    lines: vec![u32::try_from(at).expect("few lines") + 1],
                    code: None,
                    message: word.to_owned(),
                })
                .into_iter()
                .collect())
        });
        let refused = refused.expect("nothing fails");
        assert_eq!((asked, refused.keys().copied().collect::<Vec<_>>()), (3, vec![0, 1]));
        assert!(refused.values().all(|said| said.at_point));
    }
}
