//! The shared nouns of cargo ripe, in the order in which they flow.
//!
//! ```text
//! Workspace -> Graph -> [Candidate] -> ApiModel(locked), ApiModel(target) -> Delta -> Change
//!                        your sources -> [UseSite]             Change x UseSite -> Impact
//! Impact + policy -> Verdict -> Estimate -> Plan(budget) -> Report
//! ```
//!
//! Invariant: plain data. No file, process, environment, clock or print, and no algorithm
//! longer than a comparison or a rendering: those live in the crates that own a step.
//! Invariant: every noun that is written to a cache or a report derives its encoding here,
//! without format-specific attributes, so that one type serves JSON and postcard alike.

mod api;
mod build_code;
mod bump;
mod c_types;
mod candidate;
mod change;
mod coverage;
mod definitions;
mod facts;
mod gap;
mod impact;
mod inside;
mod item;
mod mentions;
mod package;
mod plan;
mod release;
mod rows;
mod stored;
mod test_reach;
mod ty;
mod use_site;
mod workspace;

pub use api::{Alias, AliasTarget, ApiModel, Definition, Marks, Row, Span, UnitFacts};
pub use build_code::{BuildChange, BuildCode, BuildCodeEvent, BuildCodeKind};
pub use bump::{Bump, CompatRange, declared_bump, is_compatible};
pub use c_types::c_type;
pub use candidate::{Candidate, CandidateKind, Edit, Move, Refusal, RefusalKind, Role, Younger};
pub use change::{Certainty, Change, Unexplained};
pub use coverage::{Coverage, Unseen, UseCounts};
pub use definitions::Definitions;
pub use facts::{
    AliasFacts, AssocConstFacts, AssocTypeFacts, AutoTrait, ConstFacts, EnumFacts, Facts,
    FeatureFacts, FieldFacts, FunctionFacts, FunctionRole, ImplFacts, MacroArm, MacroFacts,
    PackageFacts, ProcMacroFacts, ProcMacroKind, Receiver, Shape, StaticFacts, StructFacts,
    TraitFacts, UnionFacts, VariantFacts,
};
pub use gap::Gap;
pub use impact::{Grade, Impact, Reason, ReasonKind, Verdict};
pub use inside::{ChangedFunction, Inside};
pub use item::{ItemKey, ItemKind, Namespace};
pub use mentions::PathTest;
pub use package::{Origin, PackageId, Source};
pub use plan::{Estimate, Hold, Plan, Step, Update};
pub use release::Release;
pub use rows::{NameTest, Naming, Rows, RowsIter};
pub use stored::{Decode, StoredRows};
pub use test_reach::{Place, TestReach};
pub use ty::{
    AssocBinding, Binding, Bound, ConstExpr, CrateId, FnPtr, GenericArg, Generics, Label, Level,
    Lifetime, Param, ParamKind, Predicate, Signature, TraitModifier, Ty, TypePath,
};
pub use use_site::{Confidence, How, UseSite};
pub use workspace::{DependencyKind, Member, Requirement, Workspace};
