//! Aliases of the sysroot, expanded like those of the crate: their declarations are not in the
//! document, so what they stand for is known here.
//!
//! A library that replaces its own `c_int` by that of `core` keeps its types.

use ripe_model::{CrateId, GenericArg, Source, Ty, TypePath, c_type};

use crate::lower::crates::Crates;

/// What an alias of the sysroot stands for on a target; `None` for everything else.
pub(crate) fn expand(path: &TypePath, crates: &Crates, triple: &str) -> Option<Ty> {
    if crates.origins.get(path.krate.0 as usize)?.source != Source::Sysroot {
        return None;
    }
    let (module, name) = path.path.rsplit_once("::")?;
    match (module, name) {
        ("std::os::fd::raw" | "std::os::unix::io::raw" | "std::os::wasi::io::raw", "RawFd") => {
            c_type("core::ffi::c_int", triple).map(|name| Ty::Primitive(name.to_owned()))
        }
        ("core::fmt", "Result") => {
            let error = named(path.krate, "core::fmt::Error", Vec::new());
            Some(named(path.krate, RESULT, vec![Ty::unit(), error]))
        }
        ("std::io::error", "Result") => {
            let core = sysroot(crates, "core")?;
            let [GenericArg::Type(ok)] = path.args.as_slice() else { return None };
            let error = named(path.krate, "std::io::error::Error", Vec::new());
            Some(named(core, RESULT, vec![ok.clone(), error]))
        }
        ("alloc::string", "ParseError") => {
            Some(named(sysroot(crates, "core")?, "core::convert::Infallible", Vec::new()))
        }
        (_, _) => c_type(&path.path, triple).map(|name| Ty::Primitive(name.to_owned())),
    }
}

const RESULT: &str = "core::result::Result";

fn named(krate: CrateId, path: &str, args: Vec<Ty>) -> Ty {
    Ty::Path(Box::new(TypePath {
        krate,
        path: path.to_owned(),
        args: args.into_iter().map(GenericArg::Type).collect(),
        bindings: Vec::new(),
    }))
}

fn sysroot(crates: &Crates, name: &str) -> Option<CrateId> {
    (0u32..)
        .zip(&crates.origins)
        .find(|(_, origin)| origin.source == Source::Sysroot && origin.crate_name == name)
        .map(|(id, _)| CrateId(id))
}
