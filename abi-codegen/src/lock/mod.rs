//! A lock as the law reads it: the whole catalog of every release.
//!
//! Spec: `spec/lock.md`. The text is `abi-lock`'s; here it becomes catalogs and back.

mod apply;
mod error;
mod freeze;
mod lines;
mod state;
mod words;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use error::LockError;
pub(crate) use lines::lines;
pub(crate) use state::type_word;

use crate::model::Catalog;

/// Every release of a catalog, oldest first: the JSON twin of a lock's text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Number of the lock's form: 1.
    pub testimony_lock: u32,
    /// Name of the catalog.
    pub catalog: String,
    /// The releases.
    pub releases: Vec<Release>,
}

/// One release of a catalog.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its number: 1, 2, 3 and so on.
    pub release: u32,
    /// The day on which it was frozen: `YYYY-MM-DD`.
    pub date: String,
    /// Fingerprint of the catalog's canonical document, in hexadecimal digits.
    pub fingerprint: String,
    /// The whole catalog, without documentation.
    pub catalog: Arc<Catalog>,
    /// Breaks of the law that were let through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acknowledged: Vec<Acknowledged>,
}

/// A break that a release was let through with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Acknowledged {
    /// The rule that was broken.
    pub rule: String,
    /// What broke it.
    pub subject: String,
    /// Why it was let through.
    pub reason: String,
}

/// A lock that was read, and what does not fit together in it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The lock.
    pub lock: Lock,
    /// Places where something that was frozen is not as it was frozen.
    pub tampered: Vec<Tampered>,
}

/// A place where a release is not as it was frozen (LOCK-8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tampered {
    /// The release.
    pub release: u32,
    /// The line of the text, counted from 1.
    pub line: usize,
    /// What does not fit.
    pub why: String,
}

impl Lock {
    /// Reads a lock's text.
    ///
    /// # Errors
    ///
    /// It is no lock, or a release's catalog breaks a rule. An edited release that is still a catalog
    /// is no error: [`Loaded::tampered`] tells it.
    pub fn load(text: &str) -> Result<Loaded, LockError> {
        apply::load(&abi_lock::Lock::parse(text)?)
    }

    /// Reads the JSON twin.
    ///
    /// # Errors
    ///
    /// It is not JSON, not a lock, or a release's catalog breaks a rule.
    pub fn from_json(json: &[u8]) -> Result<Self, LockError> {
        let lock: Self = serde_json::from_slice(json).map_err(LockError::Json)?;
        if lock.testimony_lock != 1 {
            return Err(LockError::Form(lock.testimony_lock));
        }
        for release in &lock.releases {
            release
                .catalog
                .check_frozen()
                .map_err(|error| LockError::Model { release: release.release, error })?;
        }
        Ok(lock)
    }

    /// Returns the lock with what does not fit in it. A twin has no seals: its fingerprints are held (LOCK-8).
    pub fn loaded(self) -> Loaded {
        let mut tampered = Vec::new();
        for release in &self.releases {
            let found = release.catalog.fingerprint().to_string();
            if found != release.fingerprint {
                let why =
                    format!("its layouts have the fingerprint {found}, and it says {}", release.fingerprint);
                tampered.push(Tampered { release: release.release, line: 0, why });
            }
        }
        Loaded { lock: self, tampered }
    }

    /// Returns the JSON twin, indented.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the text.
    pub fn to_text(&self) -> String {
        freeze::text(self)
    }

    /// Returns the newest release, if there is one.
    pub fn newest(&self) -> Option<&Release> {
        self.releases.last()
    }

    /// Returns `text`, which is this lock's, with one more release appended.
    #[must_use]
    pub fn freeze(&self, text: &str, catalog: &Catalog, date: &str, acknowledged: &[Acknowledged]) -> String {
        freeze::append(self, text, catalog, date, acknowledged)
    }
}
