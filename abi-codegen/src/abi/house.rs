//! The catalogs of a workspace, and where their locks are.

use std::path::{Path, PathBuf};

use abi_lock::Acknowledgement;
use abi_schema::CatalogSchema;

use super::error::AbiError;
use super::source;
use crate::file;
use crate::law::Facts;
use crate::lock::Loaded;

/// A catalog of the workspace, and its lock.
#[derive(Clone, Copy, Debug)]
pub struct Governed {
    /// The catalog, as its crate declares it.
    pub catalog: &'static CatalogSchema,
    /// Path of its lock from the workspace's root.
    pub lock: &'static str,
}

/// A workspace.
#[derive(Clone, Debug)]
pub(super) struct House<'h> {
    root: &'h Path,
    governed: &'h [Governed],
}

/// A lock that was read.
pub(super) struct Held {
    pub(super) text: String,
    pub(super) loaded: Loaded,
}

impl<'h> House<'h> {
    /// Takes over a workspace.
    ///
    /// # Errors
    ///
    /// Two of its catalogs have one name, or one lock.
    pub(super) fn new(root: &'h Path, governed: &'h [Governed]) -> Result<Self, AbiError> {
        for (at, one) in governed.iter().enumerate() {
            let before = governed.get(..at).unwrap_or_default();
            let lock = |governed: &Governed| file::identity(&root.join(governed.lock));
            if before.iter().any(|other| other.catalog.name == one.catalog.name || lock(other) == lock(one)) {
                let (name, place) = (one.catalog.name.to_owned(), "this workspace".to_owned());
                return Err(AbiError::Twice { name, place });
            }
        }
        Ok(Self { root, governed })
    }

    /// Returns what is declared of a catalog's records and composites; of one that is not the workspace's,
    /// what is true of lanes.
    pub(super) fn facts(&self, catalog: &str) -> Facts {
        let governed = self.governed.iter().find(|governed| governed.catalog.name == catalog);
        governed.map_or_else(Facts::of_lanes, |governed| Facts::of(governed.catalog))
    }

    pub(super) fn root(&self) -> &Path {
        self.root
    }

    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Returns a path as reports show it: from the root, when it lies below.
    pub(super) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(self.root).unwrap_or(path).display().to_string()
    }

    pub(super) fn find(&self, name: &str) -> Option<&'h Governed> {
        self.governed.iter().find(|one| one.catalog.name == name)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.governed.iter().map(|one| one.catalog.name.to_owned()).collect()
    }

    /// Returns the catalogs that are named, or all when none is.
    pub(super) fn choose(&self, names: &[String]) -> Result<Vec<&'h Governed>, AbiError> {
        if names.is_empty() {
            return Ok(self.governed.iter().collect());
        }
        let find = |name: &String| {
            let none = || AbiError::NoSuchCatalog { name: name.clone(), known: self.names() };
            self.find(name).ok_or_else(none)
        };
        names.iter().map(find).collect()
    }

    /// Reads a catalog's lock.
    ///
    /// # Errors
    ///
    /// There is none (TA8008), or it is no lock.
    pub(super) fn lock(&self, governed: &Governed) -> Result<Held, AbiError> {
        let path = self.path(governed.lock);
        match file::read(&path)? {
            Some(text) => Ok(Held { loaded: source::load(&path, &text)?, text }),
            None => Err(AbiError::NoLock { catalog: governed.catalog.name.to_owned(), path }),
        }
    }

    /// Returns where a catalog's lock lies; a symbolic link is followed, as by the compiler.
    fn lock_path(&self, governed: &Governed) -> PathBuf {
        let path = self.path(governed.lock);
        file::target(&path).unwrap_or(path)
    }

    /// Returns where a catalog's acknowledgements stand: beside its lock.
    pub(super) fn acknowledgements_path(&self, governed: &Governed) -> PathBuf {
        self.lock_path(governed).with_extension("acks")
    }

    /// Reads a catalog's acknowledgements; without the file there are none.
    pub(super) fn acknowledgements(&self, governed: &Governed) -> Result<Vec<Acknowledgement>, AbiError> {
        let path = self.acknowledgements_path(governed);
        match file::read(&path)? {
            Some(text) => abi_lock::parse_acknowledgements(&text)
                .map_err(|error| AbiError::Acknowledgements { path, error }),
            None => Ok(Vec::new()),
        }
    }

    /// Returns the folder of a catalog's golden bytes: beside its lock.
    pub(super) fn golden(&self, governed: &Governed) -> PathBuf {
        let lock = self.lock_path(governed);
        lock.parent().unwrap_or(self.root).join("golden").join(governed.catalog.name)
    }
}
