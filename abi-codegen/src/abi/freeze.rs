//! `freeze`: append a release to the lock.

use std::path::Path;

use jiff::civil::Date;

use super::check::against_lock;
use super::error::AbiError;
use super::house::{Governed, Held, House};
use super::{Outcome, golden};
use crate::file;
use crate::law::{Facts, Law, Report};
use crate::lock::{Acknowledged, Loaded, Lock};
use crate::model::Catalog;

pub(super) fn freeze(house: &House<'_>, catalogs: &[String], today: Date) -> Result<Outcome, AbiError> {
    let mut said = String::new();
    for governed in house.choose(catalogs)? {
        match freeze_one(house, governed, today, &mut said) {
            Ok(()) => {}
            // Named by itself, a catalog that did not change is a mistake; among others it is none.
            Err(error @ AbiError::NothingToFreeze { .. }) if catalogs.len() != 1 => {
                said.push_str(&format!("{error}\n"));
            }
            Err(error) if said.is_empty() => return Err(error),
            Err(error) => return Err(AbiError::Partly { done: said, error: Box::new(error) }),
        }
    }
    Ok(Outcome { text: said, status: 0 })
}

/// Freezes one catalog. The order of the writes is that of need: golden bytes, then the lock that states their
/// versions, then the acknowledgements that the lock keeps. Whatever was written when a run ended, the next one
/// goes on from there (LOCK-13).
fn freeze_one(
    house: &House<'_>,
    governed: &Governed,
    today: Date,
    said: &mut String,
) -> Result<(), AbiError> {
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
    let folder = house.golden(governed);
    let begun = said.len();
    // What was edited says nothing about the bytes that writers wrote.
    if held.loaded.tampered.is_empty() {
        golden::write(&golden::missing(&folder, &held.loaded.lock), said)?;
    }
    let newest = held.loaded.lock.newest();
    if let Some(newest) = newest.filter(|newest| newest.fingerprint == code.fingerprint().to_string()) {
        spend(house, governed, &acknowledgements, &newest.acknowledged, said)?;
        let (catalog, release) = (code.catalog, newest.release);
        return if said.len() == begun {
            Err(AbiError::NothingToFreeze { catalog, release })
        } else {
            Ok(())
        };
    }
    let mut let_through = Vec::new();
    if newest.is_some() {
        let law = Law { facts: Facts::of(governed.catalog), today, acknowledgements: &acknowledgements };
        let report = against_lock(house, governed, &law, &code)?;
        if report.findings.iter().any(crate::law::Finding::breaks) {
            return Err(AbiError::Refused(code.catalog));
        }
        let_through = acknowledged(&acknowledgements, &report);
    }
    let path = house.path(governed.lock);
    let frozen = held.loaded.lock.freeze(&held.text, &code, &today.to_string(), &let_through);
    // A lock that cannot be read again would be of no use to anybody.
    super::source::load(&path, &frozen)?;
    golden::write(&golden::unreleased(&folder, &held.loaded.lock, &code), said)?;
    file::write(&path, &frozen)?;
    say_wrote(&path, said);
    spend(house, governed, &acknowledgements, &let_through, said)
}

pub(super) fn say_wrote(path: &Path, said: &mut String) {
    said.push_str(&format!("wrote {}\n", path.display()));
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

/// Takes the lines that the lock keeps out of the file of acknowledgements.
fn spend(
    house: &House<'_>,
    governed: &Governed,
    acknowledgements: &[abi_lock::Acknowledgement],
    kept: &[Acknowledged],
    said: &mut String,
) -> Result<(), AbiError> {
    let is_kept = |one: &abi_lock::Acknowledgement| {
        kept.iter().any(|kept| one.covers(&kept.rule, &kept.subject) && kept.reason == one.reason)
    };
    if !acknowledgements.iter().any(is_kept) {
        return Ok(());
    }
    let path = house.acknowledgements_path(governed);
    let text = file::read(&path)?.unwrap_or_default();
    let is_spent =
        |line: &&str| abi_lock::parse_acknowledgements(line).unwrap_or_default().iter().any(is_kept);
    let rest: Vec<&str> = text.lines().filter(|line| !is_spent(line)).collect();
    if rest.iter().all(|line| line.trim().is_empty()) {
        file::remove(&path)?;
        said.push_str(&format!("removed {}: the lock keeps its lines now\n", path.display()));
        return Ok(());
    }
    file::write(&path, &(rest.join("\n") + "\n"))?;
    say_wrote(&path, said);
    Ok(())
}
