//! `freeze`: append a release to the lock.

use std::fs;
use std::path::Path;

use jiff::civil::Date;

use super::check::against_lock;
use super::error::AbiError;
use super::house::{Governed, Held, House};
use super::{Outcome, golden};
use crate::law::{Facts, Law, Report};
use crate::lock::{Acknowledged, Loaded, Lock};
use crate::model::Catalog;
use crate::replace::replace;

pub(super) fn freeze(house: &House<'_>, catalogs: &[String], today: Date) -> Result<Outcome, AbiError> {
    let mut text = String::new();
    for governed in house.choose(catalogs)? {
        match freeze_one(house, governed, today) {
            Ok(said) => text.push_str(&said),
            // Named by itself, a catalog that did not change is a mistake; among others it is none.
            Err(error @ AbiError::NothingToFreeze { .. }) if catalogs.len() != 1 => {
                text.push_str(&format!("{error}\n"));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome { text, status: 0 })
}

fn freeze_one(house: &House<'_>, governed: &Governed, today: Date) -> Result<String, AbiError> {
    let path = house.path(governed.lock);
    let code = Catalog::from_schema(governed.catalog).map_err(AbiError::Model)?;
    let held = match house.lock(governed) {
        Err(AbiError::NoLock { .. }) => Held {
            text: abi_lock::first_line(&code.catalog),
            loaded: Loaded {
                lock: Lock { testimony_lock: 1, catalog: code.catalog.clone(), releases: Vec::new() },
                tampered: Vec::new(),
            },
        },
        held => held?,
    };
    let acknowledgements = house.acknowledgements(governed)?;
    let law = Law { facts: Facts::of_lanes(), today, acknowledgements: &acknowledgements };
    let mut let_through = Vec::new();
    if let Some(newest) = held.loaded.lock.newest() {
        if newest.fingerprint == code.fingerprint().to_string() {
            let (catalog, release) = (code.catalog, newest.release);
            return Err(AbiError::NothingToFreeze { catalog, release });
        }
        let report = against_lock(house, governed, &law, &code)?;
        if report.findings.iter().any(crate::law::Finding::breaks) {
            return Err(AbiError::Refused(code.catalog));
        }
        let_through = acknowledged(&acknowledgements, &report);
    }
    let frozen = held.loaded.lock.freeze(&held.text, &code, &today.to_string(), &let_through);
    let mut said = write(&path, &frozen)?;
    if !let_through.is_empty() {
        said.push_str(&spend(&house.acknowledgements_path(governed), &let_through)?);
    }
    for written in golden::write(&house.golden(governed), &code)? {
        said.push_str(&format!("wrote {}\n", written.display()));
    }
    Ok(said)
}

/// Returns what acknowledgements let through, subject by subject; the lock keeps it. A pattern is not kept: it
/// would let through what nobody has seen.
fn acknowledged(all: &[abi_lock::Acknowledgement], report: &Report) -> Vec<Acknowledged> {
    let mut kept: Vec<Acknowledged> = Vec::new();
    let let_through = report.findings.iter().filter(|finding| finding.acknowledged.is_some());
    for finding in let_through {
        let by = all.iter().find(|one| one.covers(finding.rule.id, &finding.subject));
        let known = |one: &Acknowledged| one.rule == finding.rule.id && one.subject == finding.subject;
        if let Some(by) = by.filter(|_| !kept.iter().any(known)) {
            let (rule, subject) = (by.rule.clone(), finding.subject.clone());
            kept.push(Acknowledged { rule, subject, reason: by.reason.clone() });
        }
    }
    kept
}

/// Takes the lines that the lock keeps now out of the file of acknowledgements.
fn spend(path: &Path, spent: &[Acknowledged]) -> Result<String, AbiError> {
    let io = |action| move |source| AbiError::Io { action, path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(io("read"))?;
    let is_spent = |line: &&str| {
        let parsed = abi_lock::parse_acknowledgements(line).unwrap_or_default();
        parsed.iter().any(|one| spent.iter().any(|kept| one.covers(&kept.rule, &kept.subject)))
    };
    let rest: Vec<&str> = text.lines().filter(|line| !is_spent(line)).collect();
    let rest = if rest.is_empty() { String::new() } else { rest.join("\n") + "\n" };
    if rest.lines().all(|line| line.trim().is_empty()) {
        fs::remove_file(path).map_err(io("remove"))?;
        return Ok(format!("removed {}: the lock keeps its lines now\n", path.display()));
    }
    write(path, &rest)
}

/// Replaces a file whole, or not at all.
fn write(path: &Path, text: &str) -> Result<String, AbiError> {
    let failed = |source| AbiError::Io { action: "write", path: path.to_owned(), source };
    replace(path, text).map_err(failed)?;
    Ok(format!("wrote {}\n", path.display()))
}
