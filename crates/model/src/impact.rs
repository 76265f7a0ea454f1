//! What the evidence says of this code, and what to do about it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the evidence says of this code, and nothing else: no policy, no age, no yank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Impact {
    /// Nothing that this code uses changed its API.
    None,
    /// The evidence does not tell.
    Unknown,
    /// This code, or a package of its graph, stops compiling or resolving.
    Breaks,
}

/// Impact and policy together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Take it: nothing you use changed its API.
    Free,
    /// Take it with an edit.
    Edit,
    /// Leave it for now.
    Hold,
    /// Not enough is known.
    Unknown,
}

/// How far the evidence goes. Ordered; each level includes the ones before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Only numbers: the index and the lockfile.
    Versions,
    /// Both API models were compared.
    Api,
    /// The sources were searched for uses of what changed.
    Uses,
    /// The compiler named the uses, on the locked version.
    Probed,
    /// The code compiled against the target.
    Compiled,
    /// The tests passed against the target.
    Tested,
}

/// A reason for a verdict, in words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reason {
    /// What sort of reason it is.
    pub kind: ReasonKind,
    /// One sentence for a person.
    pub text: String,
}

/// The sorts of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReasonKind {
    /// A use of yours breaks.
    Break,
    /// The numbers promised compatibility, and the API broke it.
    Undeclared,
    /// A release was withdrawn.
    Yanked,
    /// Too young.
    Age,
    /// The toolchain is too old for it.
    Msrv,
    /// A feature is gone.
    Feature,
    /// Cargo refuses to resolve it.
    Resolution,
    /// A security advisory.
    Advisory,
    /// The user's own rule.
    Policy,
    /// Nothing that you use changed.
    Clean,
    /// Something could not be seen.
    Gap,
}

macro_rules! lower_case_display {
    ($($ty:ty { $($variant:ident => $word:literal),+ $(,)? })+) => {$(
        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $word),+ })
            }
        }
    )+};
}

lower_case_display! {
    Impact { None => "none", Unknown => "unknown", Breaks => "breaks" }
    Verdict { Free => "free", Edit => "edit", Hold => "hold", Unknown => "unknown" }
    Grade {
        Versions => "versions", Api => "api", Uses => "uses",
        Probed => "probed", Compiled => "compiled", Tested => "tested",
    }
}
