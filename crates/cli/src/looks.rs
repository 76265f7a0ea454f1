//! Looks at what cargo resolved: first with the features that the user asked for, then with more,
//! for the packages that those leave out.
//!
//! Invariant: a look only ever adds. What was found before a stop, an error or the end of the
//! machine's time stays, and what was not reached is a gap.

use std::collections::BTreeMap;

use ripe_model::{Gap, Impact, Move, PackageId};
use ripe_probe::Probed;
use ripe_resolver::{Node, enabling_feature};
use ripe_rustdoc::{BuildError, ModelCache};
use semver::Version;

use crate::build_code::Runs;
use crate::doubts::{Supposed, suppose};
use crate::evidence::{Compared, Found, compare_resolution, found};
use crate::failure::Failure;
use crate::ground::Ground;
use crate::probe::{self, Topic, Topics};
use crate::questions::Question;
use crate::session::Session;
use crate::side::{Asked, FeatureSet, Side, Wanted, locked_side};

/// Both sides under one set of features.
struct Look {
    locked: Side,
    /// What each question comes to, as far as it was reached.
    compared: Vec<Option<Compared>>,
}

/// What was looked at so far.
pub(crate) struct Looks {
    questions: Vec<Question>,
    looks: Vec<Look>,
    /// The feature that brings in a package which the user's features leave out.
    enabling: BTreeMap<PackageId, Option<String>>,
    /// What the compiler named of uses, with the features that the user asked for.
    pub(crate) probed: Option<Probed>,
    /// What was not reached.
    pub(crate) gaps: Vec<Gap>,
    /// Whether all looks were taken.
    complete: bool,
    /// Whether one of them failed.
    failed: bool,
}

/// What a look needs.
pub(crate) struct Means<'a> {
    pub(crate) session: &'a Session,
    pub(crate) ground: &'a Ground,
    pub(crate) asked: &'a Asked,
    pub(crate) cache: ModelCache,
}

impl Looks {
    /// Nothing was looked at yet.
    pub(crate) fn new(questions: Vec<Question>) -> Looks {
        Looks {
            questions,
            looks: Vec::new(),
            enabling: BTreeMap::new(),
            probed: None,
            gaps: Vec::new(),
            complete: false,
            failed: false,
        }
    }

    /// Whether everything that moves was looked at.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete && !self.failed
    }

    /// Whether nothing was compiled yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.looks.is_empty()
    }

    /// Whether looking showed no API at all: no toolchain documents, and nobody else does.
    pub(crate) fn is_blind(&self) -> bool {
        let mut sides = self.looks.iter().map(|look| &look.locked);
        !self.looks.is_empty() && sides.all(|side| side.outcome().models.is_empty())
    }

    /// The look at what the user builds.
    fn own(&self) -> Option<&Look> {
        self.looks.iter().find(|look| *look.locked.features() == FeatureSet::Asked)
    }

    /// The locked side as the user builds it, where it was built.
    pub(crate) fn baseline(&self) -> Option<&Side> {
        Some(&self.own()?.locked)
    }

    /// What was compared as the user builds it.
    fn compared(&self) -> Vec<&Compared> {
        self.own().into_iter().flat_map(|look| look.compared.iter().flatten()).collect()
    }

    /// All that the compiler can be asked; `None` where the user's build was not looked at.
    pub(crate) fn topics(&self, ground: &Ground) -> Option<Topics> {
        Some(Topics::of(ground, self.baseline()?, &self.compared()))
    }

    /// Has the compiler name the uses that these ask for, the most valuable first.
    ///
    /// # Errors
    /// Where it was interrupted.
    pub(crate) fn probe(&mut self, means: &Means<'_>, topics: Vec<Topic>) -> Result<(), Failure> {
        let Means { session, ground, asked, .. } = means;
        let Some(locked) = self.baseline() else { return Ok(()) };
        self.probed = Some(probe::ask(session, ground, asked, locked, topics)?);
        Ok(())
    }

    /// What the compiler would name, if what is supposed is all wrong, or all right.
    pub(crate) fn suppose(&self, topics: &[Topic], supposed: Supposed) -> Probed {
        suppose(topics, &self.compared(), supposed)
    }

    /// Looks at everything that moves, what the user builds first. `on_more` is called whenever
    /// more is known.
    ///
    /// # Errors
    /// Where the user's build cannot be begun at all. What fails later is a gap.
    pub(crate) fn deepen(
        &mut self,
        means: &Means<'_>,
        on_more: &mut dyn FnMut(&Looks),
    ) -> Result<(), Failure> {
        let (built, off) = self.leaving(means.ground);
        let note = "safe to stop: Ctrl-C prints what is known, and the next run goes on from there";
        means.session.progress.hint(note);
        self.complete = self.look(means, FeatureSet::Asked, &built, on_more)?;
        let wanted: Wanted = off.iter().map(named).collect();
        let mut go_on = self.complete;
        go_on = go_on && self.or_gap(means, FeatureSet::All, &wanted, on_more);
        let mut by_feature: BTreeMap<String, Wanted> = BTreeMap::new();
        for id in off {
            let feature = enabling_feature(&means.ground.graph, &means.ground.metadata, &id);
            if let Some(feature) = feature.clone().filter(|_| !self.has_models(&id)) {
                by_feature.entry(feature).or_default().insert(named(&id));
            }
            self.enabling.insert(id, feature);
        }
        for (feature, wanted) in by_feature {
            go_on = go_on && self.or_gap(means, FeatureSet::And(feature), &wanted, on_more);
        }
        self.complete = go_on;
        Ok(())
    }

    /// The packages that leave the lockfile: those that the user builds, and those that the
    /// user's features leave out.
    fn leaving(&self, ground: &Ground) -> (Wanted, Vec<PackageId>) {
        let moves = self.questions.iter().flat_map(|question| &question.resolution.moves);
        let leaving = leaving(moves.cloned().collect::<Vec<_>>().as_slice());
        let off: Vec<PackageId> = ground
            .graph
            .packages()
            .filter(|node| !node.active && leaving.contains(&named(&node.id)))
            .map(|node| node.id.clone())
            .collect();
        let built = leaving.into_iter().filter(|one| !off.iter().any(|id| named(id) == *one));
        (built.collect(), off)
    }

    /// What would run in the builds of all that was looked at.
    pub(crate) fn runs(&self) -> Vec<&Runs> {
        let compared = self.looks.iter().flat_map(|look| look.compared.iter().flatten());
        compared.map(|compared| &compared.runs).collect()
    }

    /// Whether a version was compiled on the target side.
    pub(crate) fn compiles(&self, name: &str, version: &Version) -> bool {
        let mut compared = self.looks.iter().flat_map(|look| look.compared.iter().flatten());
        compared.any(|compared| {
            let broken = |error: &BuildError| {
                error.package.name == name && error.package.version == *version
            };
            compared.target.models_of(name, version).next().is_some()
                && !compared.target.outcome().errors.iter().any(broken)
        })
    }

    fn has_models(&self, id: &PackageId) -> bool {
        let mut sides = self.looks.iter().map(|look| &look.locked);
        sides.any(|side| side.models_of(&id.name, &id.version).next().is_some())
    }

    /// A look whose failure is a gap; whether there is time for another.
    fn or_gap(
        &mut self,
        means: &Means<'_>,
        features: FeatureSet,
        wanted: &Wanted,
        on_more: &mut dyn FnMut(&Looks),
    ) -> bool {
        let what = format!("what is off by default{}", features.in_words());
        match self.look(means, features, wanted, on_more) {
            Ok(go_on) => go_on,
            Err(_) if means.session.cancel.is_cancelled() => false,
            Err(failure) => {
                self.gaps.push(Gap::new(what, failure.in_words()));
                true
            }
        }
    }

    /// Builds both sides of each question under one set of features; whether there is time for
    /// more.
    fn look(
        &mut self,
        means: &Means<'_>,
        features: FeatureSet,
        wanted: &Wanted,
        on_more: &mut dyn FnMut(&Looks),
    ) -> Result<bool, Failure> {
        let Means { session, ground, asked, cache } = means;
        if wanted.is_empty() {
            return Ok(true);
        }
        let locked = locked_side(session, ground, asked, cache, features, wanted.clone())?;
        let compared = self.questions.iter().map(|_| None).collect();
        self.looks.push(Look { locked, compared });
        for at in 0..self.questions.len() {
            let (Some(look), Some(question)) = (self.looks.last(), self.questions.get(at)) else {
                break;
            };
            if !question.resolution.moves.iter().any(|moved| look.locked.was_asked_for(moved)) {
                continue;
            }
            if session.cancel.is_cancelled() {
                return Ok(false);
            }
            if asked.is_over() {
                self.gaps.push(Gap::new(
                    format!("newer versions{}", look.locked.features().in_words()),
                    "the machine's time was over; a longer --machine-budget goes further, and the next run goes on from here",
                ));
                return Ok(false);
            }
            match compare_resolution(session, ground, asked, cache, &look.locked, question) {
                Ok(compared) => {
                    if let Some(look) = self.looks.last_mut() {
                        look.compared[at] = Some(compared);
                    }
                    on_more(self);
                }
                Err(_) if session.cancel.is_cancelled() => return Ok(false),
                Err(failure) => {
                    self.failed = true;
                    self.gaps.push(Gap::new("newer versions", failure.in_words()));
                }
            }
        }
        Ok(true)
    }

    /// What is known of a move; `None` where it was not looked at. `own` tells that the update is
    /// this package's own: of what only moves along, packages that the user does not build cannot
    /// break the build.
    pub(crate) fn found(&self, ground: &Ground, moved: &Move, own: bool) -> Option<Found> {
        self.found_if(ground, moved, own, self.probed.as_ref())
    }

    /// The same with another answer of the compiler.
    pub(crate) fn found_if(
        &self,
        ground: &Ground,
        moved: &Move,
        own: bool,
        probed: Option<&Probed>,
    ) -> Option<Found> {
        let node = ground.graph.packages().find(|node| leaves(node, moved));
        let off = node.filter(|node| !node.active);
        if off.is_some() && !own && self.baseline().is_some() {
            return Some(Found { impact: Some(Impact::None), unused: true, ..Found::default() });
        }
        // The narrower look comes later, and knows what the wider one could not build.
        let looked = || {
            self.looks.iter().rev().filter(|look| look.locked.was_asked_for(moved)).flat_map(
                |look| {
                    let done = look.compared.iter().flatten();
                    done.map(move |compared| (&look.locked, compared))
                },
            )
        };
        let (locked, compared) = looked()
            .find(|(_, compared)| compared.of(moved).is_some())
            .or_else(|| looked().find(|(_, compared)| compared.moves.contains(moved)))?;
        let probed = probed.filter(|_| *locked.features() == FeatureSet::Asked);
        let mut found = found(ground, locked, moved, compared, probed);
        if let Some(Some(feature)) = off.and_then(|node| self.enabling.get(&node.id)) {
            for gap in &mut found.gaps {
                gap.why.push_str(&format!(" (feature `{feature}` brings it in)"));
            }
        }
        Some(found)
    }
}

fn named(id: &PackageId) -> (String, Version) {
    (id.name.clone(), id.version.clone())
}

fn leaves(node: &Node, moved: &Move) -> bool {
    node.id.name == moved.package && moved.from.as_ref() == Some(&node.id.version)
}

/// The packages and versions that leave the lockfile for another version.
pub(crate) fn leaving(moves: &[Move]) -> Wanted {
    moves
        .iter()
        .filter(|moved| moved.to.is_some())
        .filter_map(|moved| Some((moved.package.clone(), moved.from.clone()?)))
        .collect()
}
