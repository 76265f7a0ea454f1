//! `use path::to::item as _W;`

use ripe_model::ItemKind;

use super::spell::absolute;
use super::{Ask, Client};

pub(super) fn write(ask: &mut Ask<'_>) {
    let path = match ask.row.facts.kind() {
        ItemKind::Module => format!("{}::{{self as _W}}", absolute(ask.path())),
        ItemKind::Package => absolute(ask.old.model.crate_name()),
        ItemKind::Struct
        | ItemKind::Union
        | ItemKind::Enum
        | ItemKind::Variant
        | ItemKind::Function
        | ItemKind::Trait
        | ItemKind::TraitAlias
        | ItemKind::TypeAlias
        | ItemKind::Const
        | ItemKind::Static
        | ItemKind::ExternType
        | ItemKind::Macro
        | ItemKind::ProcMacro
        | ItemKind::AttributeMacro
        | ItemKind::DeriveMacro
        | ItemKind::Reexport => format!("{} as _W", absolute(ask.path())),
        ItemKind::Field
        | ItemKind::Method
        | ItemKind::AssocFunction
        | ItemKind::AssocType
        | ItemKind::AssocConst
        | ItemKind::Impl
        | ItemKind::Feature => return,
    };
    let point = match ask.row.facts.kind() {
        ItemKind::Package => format!("use {path} as _W;"),
        _ => format!("use {path};"),
    };
    ask.draft(|_, _| Some(Client { before: String::new(), point, after: String::new() }));
}
