//! What the sources can name: the API models of the locked dependencies.

use std::sync::Arc;

use ripe_model::{ApiModel, DependencyKind};

/// The surfaces that one package sees.
#[derive(Debug, Clone, Default)]
pub struct Surfaces {
    /// The crates that the package's code can name.
    pub externs: Vec<Extern>,
    /// Models of further crates of the graph: types that pass through signatures are followed
    /// into them, and uses of their items are reported as well.
    pub others: Vec<Arc<ApiModel>>,
}

/// A dependency under the name by which the code refers to it.
#[derive(Debug, Clone)]
pub struct Extern {
    /// The name in paths, with underscores, renames applied.
    pub name: String,
    /// The complete surface of the locked version: re-exported rows of other crates grafted in.
    pub model: Arc<ApiModel>,
    /// The tables of the manifest that name it under this name; empty counts as all.
    pub tables: Vec<DependencyKind>,
}

impl Extern {
    /// A dependency that every target can name.
    pub fn new(name: impl Into<String>, model: Arc<ApiModel>) -> Self {
        Extern { name: name.into(), model, tables: Vec::new() }
    }
}
