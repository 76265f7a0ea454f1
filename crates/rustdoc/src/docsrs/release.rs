//! One release on docs.rs: its address, its name in the cache, its model.

use std::sync::Arc;
use std::time::Duration;

use ripe_model::{ApiModel, Gap};
use ripe_runner::CancelToken;
use semver::Version;
use serde::{Deserialize, Serialize};

use crate::docsrs::{Client, Failed, Unfit, body};
use crate::key::MODEL_VERSION;
use crate::{Cached, Error, KNOWN_FORMATS, LowerError, ModelCache, ModelKey};

/// docs.rs, or a server that answers like it.
#[derive(Debug)]
pub struct DocsRs {
    base: String,
    client: Option<Client>,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Release<'a> {
    pub(crate) package: &'a str,
    pub(crate) version: &'a Version,
    /// The triple; the one that docs.rs prefers if it is left out.
    pub(crate) target: Option<&'a str>,
    /// The format of the JSON; the newest that docs.rs has if it is left out.
    pub(crate) format: Option<u32>,
}

/// A release's model, or why there is none.
pub(crate) enum Hosted {
    /// It is there.
    Model {
        model: Arc<ApiModel>,
        key: ModelKey,
        /// Whether it was got in this run.
        fetched: bool,
    },
    /// It is not.
    Missing(String),
}

/// What it takes to get a model.
#[derive(Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) cache: &'a ModelCache,
    /// How a release is lowered; the JSON is whole.
    pub(crate) lower: &'a dyn Fn(&str) -> Result<ApiModel, LowerError>,
    /// Is told what goes on, at least every second while it waits.
    pub(crate) say: &'a (dyn Fn(&str) + Sync),
    /// Is told what is wrong with the cache or a store.
    pub(crate) note: &'a dyn Fn(Gap),
    pub(crate) cancel: &'a CancelToken,
}

/// For how long docs.rs is believed that it has nothing.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

impl DocsRs {
    /// Where it is.
    pub const URL: &str = "https://docs.rs";
    /// The variable that names another server, for tests and mirrors.
    pub const VARIABLE: &str = "RIPE_DOCSRS_URL";

    /// The server at `base`; without a client only what is cached is used.
    pub fn new(base: &str, client: Option<Client>) -> DocsRs {
        DocsRs { base: base.trim_end_matches('/').to_owned(), client }
    }

    fn url(&self, release: Release<'_>) -> String {
        let Release { package, version, target, format } = release;
        let target = target.map(|target| format!("/{target}")).unwrap_or_default();
        let format = format.map(|format| format!("/{format}")).unwrap_or_default();
        format!("{}/crate/{package}/{version}{target}/json{format}", self.base)
    }

    /// The name of a model in the cache. What a release is never changes, so its address and what
    /// models are made of are enough.
    fn key(&self, release: Release<'_>) -> ModelKey {
        let parts = ["docs.rs", MODEL_VERSION, &self.url(release)];
        ModelKey(blake3::hash(parts.join("\n").as_bytes()).to_hex().to_string())
    }

    /// The model of a release: from the cache, else from the server; then it is cached. That the
    /// server has none is remembered for a day. Where its newest format cannot be read, those that
    /// can are asked for by number.
    ///
    /// # Errors
    /// That it was cancelled only.
    pub(crate) fn model(&self, release: Release<'_>, errand: Errand<'_>) -> Result<Hosted, Error> {
        let one = |format| self.one(Release { format, ..release }, errand);
        let absence = match one(release.format)? {
            One::Done(hosted) => return Ok(hosted),
            One::Absent(absence) => absence,
        };
        if let (Absence::OtherFormat(_), None) = (&absence, release.format) {
            for format in KNOWN_FORMATS.iter().rev() {
                if let One::Done(hosted) = one(Some(*format))? {
                    return Ok(hosted);
                }
            }
        }
        Ok(Hosted::Missing(absence.why()))
    }

    fn one(&self, release: Release<'_>, errand: Errand<'_>) -> Result<One, Error> {
        let Errand { cache, lower, say, note, cancel } = errand;
        let key = self.key(release);
        match cache.get(&key) {
            Cached::Hit(model) => {
                return Ok(One::Done(Hosted::Model { model, key, fetched: false }));
            }
            Cached::Miss => {}
            Cached::Unusable(gap) => note(gap),
        }
        if let Some(absence) = cache.absent(&key, REMEMBERED) {
            return Ok(One::Absent(absence));
        }
        let missing = |why: String| Ok(One::Done(Hosted::Missing(why)));
        let Some(client) = &self.client else {
            return missing("docs.rs was not asked, because --offline forbids it".to_owned());
        };
        let limit = client.manners().limit;
        let fit = |bytes: Vec<u8>| fitted(lower(&body::json(bytes, limit)?));
        let absence = match client.get(&self.url(release), &fit, say, cancel) {
            Ok(Some(Ok(model))) => {
                // Where it cannot be kept, the next run is slower and nothing else.
                let _ = cache.put(&key, &model);
                let model = Arc::new(*model);
                return Ok(One::Done(Hosted::Model { model, key, fetched: true }));
            }
            Ok(Some(Err(absence))) => absence,
            Ok(None) => Absence::Nowhere,
            Err(Failed::Because(why)) => return missing(why),
            Err(Failed::Cancelled) => return Err(ripe_record::Error::Cancelled.into()),
        };
        cache.put_absent(&key, &absence);
        Ok(One::Absent(absence))
    }
}

/// What came of asking for one format.
enum One {
    Done(Hosted),
    Absent(Absence),
}

/// A lowered model, or a format that this version does not read; whether another try would help.
fn fitted(lowered: Result<ApiModel, LowerError>) -> Result<Result<Box<ApiModel>, Absence>, Unfit> {
    match lowered {
        Ok(model) => Ok(Ok(Box::new(model))),
        Err(LowerError::UnknownFormat { format, .. }) => Ok(Err(Absence::OtherFormat(format))),
        Err(LowerError::Truncated { .. }) => Err(Unfit::Cut("the JSON is cut short".to_owned())),
        Err(error @ (LowerError::Malformed { .. } | LowerError::NoRoot { .. })) => {
            Err(Unfit::Wrong(error.to_string()))
        }
    }
}

/// Why docs.rs has no model of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Absence {
    /// It has no JSON of it.
    Nowhere,
    /// It has one in this format, which is not one of [`KNOWN_FORMATS`].
    OtherFormat(u32),
}

impl Absence {
    fn why(&self) -> String {
        match self {
            Absence::Nowhere => {
                "docs.rs has no JSON of it (it makes them since May 2025, where its build succeeds)"
                    .to_owned()
            }
            Absence::OtherFormat(format) => {
                let known: Vec<String> = KNOWN_FORMATS.iter().map(ToString::to_string).collect();
                format!(
                    "docs.rs has its JSON in format {format} only, and this version reads {}",
                    known.join(", ")
                )
            }
        }
    }
}
