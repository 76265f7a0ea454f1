//! What a comparison cannot claim where a model was documented elsewhere: there hidden items are
//! left out, and the features are not the client's.

use ripe_model::{ApiModel, Facts, Namespace};

/// What is in doubt between two models.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Doubts {
    /// Whether only one of the models shows hidden items: that the other lacks one says nothing.
    pub(crate) hidden: bool,
    /// The features that the old model was documented with, that the new one was documented
    /// without, and that still exist: what is missing may stand under them.
    pub(crate) features: Vec<String>,
}

impl Doubts {
    pub(crate) fn between(old: &ApiModel, new: &ApiModel) -> Doubts {
        let exists = |feature: &&String| {
            let row = new.rows.get(feature, Namespace::Feature);
            row.is_some_and(|row| matches!(row.facts, Facts::Feature(_)))
        };
        let lacks = |feature: &&String| new.unit.hosted && !new.unit.features.contains(feature);
        Doubts {
            hidden: old.unit.hosted != new.unit.hosted,
            features: old.unit.features.iter().filter(lacks).filter(exists).cloned().collect(),
        }
    }
}
