//! What may run here, and who is believed about APIs: `--builds` and `--models`.

use anyhow::{Context, anyhow};
use ripe_model::Gap;
use ripe_rustdoc::{DocsRs, HttpClient, Manners, ModelCache, Store};

use crate::args::{Builds, CargoArgs, TrustArgs};
use crate::failure::Failure;
use crate::ground::Ground;
use crate::session::Session;

/// The cache of models in the user's cache directory, before the store that the user names.
pub(crate) fn model_cache(
    session: &Session,
    ground: &Ground,
    cargo: &CargoArgs,
    trust: &TrustArgs,
) -> Result<ModelCache, Failure> {
    let cache = ModelCache::new(session.cache.join("models"));
    let Some(models) = &trust.models else { return Ok(cache) };
    let store = if is_web(models) {
        if cargo.offline {
            let error = anyhow!("--offline forbids to read models from {models}");
            return Err(Failure::usage(error).next("name a folder with --models, or leave it out"));
        }
        let network = &ground.project.cargo.env;
        let client = HttpClient::new(models, network, cache.downloads(), Manners::own());
        Store::server(models, client, session.cancel.clone())
    } else if let Some((scheme, _)) = models.split_once("://").filter(|(s, _)| *s != "file") {
        return Err(Failure::usage(anyhow!("models cannot be read from {scheme}://"))
            .next("--models takes a folder, file://, http:// or https://"));
    } else {
        let folder = session.cwd.join(models.strip_prefix("file://").unwrap_or(models));
        Store::folder(&folder)
            .with_context(|| format!("--models {models} is no folder that can be read"))
            .map_err(|error| Failure::usage(error).next("name the cache folder of another run"))?
    };
    Ok(cache.with_store(store))
}

/// docs.rs as this run may use it.
pub(crate) fn docs_rs(
    session: &Session,
    ground: &Ground,
    cargo: &CargoArgs,
) -> Result<DocsRs, Failure> {
    let given = std::env::var(DocsRs::VARIABLE).ok().filter(|url| !url.is_empty());
    let url = given.as_deref().unwrap_or(DocsRs::URL);
    if !is_web(url) {
        return Err(Failure::usage(anyhow!("{} is no address: {url}", DocsRs::VARIABLE))
            .next("it begins with http:// or https://; leave it out for https://docs.rs"));
    }
    let downloads = ModelCache::new(session.cache.join("models")).downloads();
    let network = &ground.project.cargo.env;
    let client = HttpClient::new("docs.rs", network, downloads, Manners::public());
    Ok(DocsRs::new(url, (!cargo.offline).then_some(client)))
}

fn is_web(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| url.starts_with(scheme) && url.len() > scheme.len())
}

/// What a report has to say of a run that did not build everything.
pub(crate) fn note(builds: Builds) -> Option<&'static str> {
    match builds {
        Builds::All => None,
        Builds::Locked => Some(
            "nothing of a new version was built (--builds locked): its API is the one that docs.rs documented, with features of its own choice",
        ),
        Builds::Never => Some(
            "nothing was built (--builds never): APIs are those that docs.rs documented, with features of its own choice",
        ),
    }
}

/// The same as a gap, for a report without notes.
pub(crate) fn gap(builds: Builds) -> Option<Gap> {
    let (flag, why) = note(builds)?.split_once(": ")?;
    Some(Gap::new(flag, why))
}
