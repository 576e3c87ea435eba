//! Where a catalog comes from: the code, a lock, a document, a binary, a revision.

use std::path::{Path, PathBuf};

use abi_schema::{EMBEDDED_MAGIC, Embedded};

use super::error::AbiError;
use super::house::House;
use super::revision;
use crate::file::Action;
use crate::law::{Finding, tampered};
use crate::lock::{Loaded, Lock};
use crate::model::Catalog;

/// A catalog, and what to call it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) catalog: Catalog,
    pub(super) name: String,
    pub(super) file: Option<String>,
    /// What was edited in the lock that it comes from (LOCK-8).
    pub(super) edited: Vec<Finding>,
}

/// Finds what `asked` names: `proc`, `proc@3`, `FILE`, `FILE@3` of a lock, `FILE#proc` of a binary,
/// `REVISION:proc`.
pub(super) fn find(house: &House<'_>, asked: &str) -> Result<Source, AbiError> {
    if let Some((revision, catalog)) = asked.split_once(':')
        && let Some(governed) = house.find(catalog)
    {
        let path = house.path(governed.lock);
        let text = revision::show(house.root(), revision, governed.lock)?;
        let Some(text) = text else {
            return Err(AbiError::NoLock { catalog: asked.to_owned(), path });
        };
        return release(house, &load(&path, &text)?, None, asked, &path);
    }
    let (base, at) = asked.rsplit_once('@').map_or((asked, None), |(base, at)| (base, Some(at)));
    if let Some(governed) = house.find(base) {
        if at.is_some() {
            let path = house.path(governed.lock);
            return release(house, &house.lock(governed)?.loaded, at, asked, &path);
        }
        let catalog = Catalog::from_schema(governed.catalog).map_err(AbiError::Model)?;
        return Ok(Source { catalog, name: format!("the code of `{base}`"), file: None, edited: Vec::new() });
    }
    let (file, wanted) = base.rsplit_once('#').map_or((base, None), |(file, wanted)| (file, Some(wanted)));
    let path = PathBuf::from(file);
    if !path.exists() {
        return Err(AbiError::NoSuchCatalog { name: asked.to_owned(), known: house.names() });
    }
    from_file(house, &path, at, wanted, asked)
}

/// Reads the catalogs that a file holds: a lock's newest release, a document, or what a binary embeds.
pub(super) fn all_of(house: &House<'_>, path: &Path) -> Result<Vec<Source>, AbiError> {
    let bytes = read(path)?;
    let named = |catalog, name| Source { catalog, name, file: Some(house.shown(path)), edited: Vec::new() };
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let begins = text.trim_start_matches('\u{feff}').trim_start();
        if begins.starts_with("testimony-lock") || begins.starts_with("<<<<<<<") {
            return Ok(vec![release(house, &load(path, text)?, None, &house.shown(path), path)?]);
        }
        if begins.starts_with('{') {
            if begins.contains("\"testimony_lock\"") {
                let error = |error| AbiError::Lock { path: path.to_owned(), error };
                let lock = Lock::from_json(text.as_bytes()).map_err(error)?;
                let loaded = lock.loaded();
                return Ok(vec![release(house, &loaded, None, &house.shown(path), path)?]);
            }
            let error = |error| AbiError::Document { path: path.to_owned(), error };
            let catalog = Catalog::from_document(text.as_bytes()).map_err(error)?;
            return Ok(vec![named(catalog, house.shown(path))]);
        }
    }
    embedded(house, path, &bytes)
}

fn from_file(
    house: &House<'_>,
    path: &Path,
    at: Option<&str>,
    wanted: Option<&str>,
    asked: &str,
) -> Result<Source, AbiError> {
    if at.is_some() {
        let text = String::from_utf8_lossy(&read(path)?).into_owned();
        return release(house, &load(path, &text)?, at, asked, path);
    }
    let mut sources = all_of(house, path)?;
    if let Some(wanted) = wanted {
        sources.retain(|source| source.catalog.catalog == wanted);
        if sources.is_empty() {
            let known = all_of(house, path)?.into_iter().map(|source| source.catalog.catalog).collect();
            return Err(AbiError::NoSuchCatalog { name: asked.to_owned(), known });
        }
    }
    if sources.len() > 1 {
        let names = sources.into_iter().map(|source| source.catalog.catalog).collect();
        return Err(AbiError::Several { path: path.to_owned(), names });
    }
    sources.pop().ok_or_else(|| AbiError::NoCatalog { path: path.to_owned() })
}

/// Reads every catalog that a binary embeds (DOC-5).
fn embedded(house: &House<'_>, path: &Path, bytes: &[u8]) -> Result<Vec<Source>, AbiError> {
    let mut found: Vec<Source> = Vec::new();
    for frame in Embedded::find_all(bytes) {
        let error = |error| AbiError::Document { path: path.to_owned(), error };
        let catalog = Catalog::from_document(frame.document).map_err(error)?;
        let known = found.iter().find(|source| source.catalog.catalog == catalog.catalog);
        match known {
            Some(known) if known.catalog == catalog => {}
            Some(_) => {
                let (name, place) = (catalog.catalog, path.display().to_string());
                return Err(AbiError::Twice { name, place });
            }
            None => found.push(Source {
                name: format!("`{}` in {}", catalog.catalog, house.shown(path)),
                catalog,
                file: Some(house.shown(path)),
                edited: Vec::new(),
            }),
        }
    }
    if found.is_empty() {
        // The magic itself may stand in the code of a program that looks for catalogs; with a length
        // behind it that fits, it was a catalog once.
        return Err(match damaged(bytes) {
            Some(at) => AbiError::Damaged { path: path.to_owned(), at },
            None => AbiError::NoCatalog { path: path.to_owned() },
        });
    }
    Ok(found)
}

/// Returns where something begins like an embedded document and does not fit its fingerprint.
fn damaged(bytes: &[u8]) -> Option<usize> {
    let begins = |at: &usize| {
        let document = bytes.get(at + 32..).unwrap_or_default();
        document.starts_with(b"{\"testimony\"") || document.starts_with(b"{")
    };
    let magic = bytes.windows(EMBEDDED_MAGIC.len()).enumerate();
    magic.filter(|(_, window)| *window == EMBEDDED_MAGIC).map(|(at, _)| at).find(begins)
}

/// Picks a release of a lock: the newest, or the one asked for.
fn release(
    house: &House<'_>,
    loaded: &Loaded,
    at: Option<&str>,
    asked: &str,
    path: &Path,
) -> Result<Source, AbiError> {
    let releases = &loaded.lock.releases;
    let none = || AbiError::NoSuchRelease { asked: asked.to_owned(), releases: releases.len() };
    let release = match at {
        None | Some("newest") => releases.last(),
        Some(number) => releases.iter().find(|release| release.release.to_string() == number),
    };
    let release = release.ok_or_else(none)?;
    Ok(Source {
        catalog: release.catalog.as_ref().clone(),
        name: format!("release {} of {}", release.release, house.shown(path)),
        file: Some(house.shown(path)),
        edited: tampered(loaded),
    })
}

pub(super) fn load(path: &Path, text: &str) -> Result<Loaded, AbiError> {
    Lock::load(text).map_err(|error| AbiError::Lock { path: path.to_owned(), error })
}

fn read(path: &Path) -> Result<Vec<u8>, AbiError> {
    Ok(std::fs::read(path).map_err(Action::Read.failed(path))?)
}
