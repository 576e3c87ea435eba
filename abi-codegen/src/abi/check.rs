//! `check` and `diff`.

use std::collections::HashSet;
use std::path::Path;

use super::args::Shown;
use super::error::AbiError;
use super::house::{Governed, Held, House};
use super::source::{self, Source};
use super::{Outcome, day, golden, merge, revision};
use crate::law::{
    Called, Compared, Facts, Finding, Law, LawError, Report, Severity, Skipped, Style, render, rules,
};
use crate::model::Catalog;

pub(super) fn check(
    house: &House<'_>,
    catalogs: &[String],
    against: Option<&str>,
    shown: &Shown,
    style: Style,
) -> Result<Outcome, AbiError> {
    let today = day(shown.today.as_deref())?;
    let mut reports = Vec::new();
    for governed in house.choose(catalogs)? {
        let acknowledgements = house.acknowledgements(governed)?;
        let law = Law { facts: Facts::of(governed.catalog), today, acknowledgements: &acknowledgements };
        let code = Catalog::from_schema(governed.catalog).map_err(AbiError::Model)?;
        reports.push(match against {
            None => against_lock(house, governed, &law, &code)?,
            Some(word) => match Baseline::of(house, word)? {
                Baseline::File(file) => against_file(house, file, &law, &code)?,
                Baseline::Revision(revision) => against_revision(house, governed, revision, &law, &code)?,
            },
        });
    }
    Ok(outcome(&merge::merge(reports), shown, style))
}

/// What the word of `--against` names (LAW-15).
enum Baseline<'w> {
    File(&'w Path),
    Revision(&'w str),
}

impl<'w> Baseline<'w> {
    fn of(house: &House<'_>, word: &'w str) -> Result<Self, AbiError> {
        let path = Path::new(word);
        if let Some(revision) = word.strip_prefix("revision:") {
            return Ok(Self::Revision(revision));
        }
        if path.is_absolute() || path.starts_with(".") || path.starts_with("..") {
            return Ok(Self::File(path));
        }
        // A folder is nothing that a catalog could be read from.
        if !path.exists() || path.is_dir() {
            return Ok(Self::Revision(word));
        }
        if revision::is_known(house.root(), word) {
            return Err(AbiError::FileOrRevision(word.to_owned()));
        }
        Ok(Self::File(path))
    }
}

pub(super) fn diff(
    house: &House<'_>,
    old: &str,
    new: &str,
    shown: &Shown,
    style: Style,
) -> Result<Outcome, AbiError> {
    let (old, new) = (source::find(house, old)?, source::find(house, new)?);
    let facts = house.facts(&new.catalog.catalog);
    let law = Law { facts, today: day(shown.today.as_deref())?, acknowledgements: &[] };
    let mut report = law.compare(called(&old), called(&new)).map_err(|error| {
        let place = format!("{} and {}", old.name, new.name);
        AbiError::Law { place, error }
    })?;
    add_edited(&mut report, &[&old.edited, &new.edited], &new.catalog.catalog);
    Ok(outcome(&report, shown, style))
}

fn outcome(report: &Report, shown: &Shown, style: Style) -> Outcome {
    let verdict = report.verdict(shown.strict);
    let text = render(report, shown.format, verdict, style);
    Outcome { text, status: verdict.exit_status() }
}

pub(super) fn called(source: &Source) -> Called<'_> {
    Called { catalog: &source.catalog, name: &source.name, file: source.file.as_deref() }
}

/// Holds the code against its lock, and against the golden bytes beside it.
pub(super) fn against_lock(
    house: &House<'_>,
    governed: &Governed,
    law: &Law<'_>,
    code: &Catalog,
) -> Result<Report, AbiError> {
    let held = house.lock(governed)?;
    let mut report = judge(house, governed, law, &held, governed.lock, code)?;
    let lines = crate::lock::lines(&held.text);
    report.compared.iter_mut().for_each(|compared| compared.lines.clone_from(&lines));
    let breaks = report.findings.iter().filter(|finding| finding.severity == Severity::Break);
    let broken: HashSet<&str> = breaks
        .flat_map(|finding| finding.record.iter().chain(&finding.reached).map(String::as_str))
        .collect();
    let is_broken = |record: &str| broken.contains(record);
    let golden = golden::check(&house.golden(governed), &held.loaded.lock, code, &is_broken)?;
    report.findings.splice(0..0, golden);
    Ok(report)
}

fn judge(
    house: &House<'_>,
    governed: &Governed,
    law: &Law<'_>,
    held: &Held,
    called: &str,
    code: &Catalog,
) -> Result<Report, AbiError> {
    let name = format!("the code of `{}`", code.catalog);
    let current = Called { catalog: code, name: &name, file: Some(governed.lock) };
    law.check(&held.loaded, called, current).map_err(|error| {
        let place = match error {
            LawError::OtherCatalog { .. } => house.path(governed.lock),
            _ => house.acknowledgements_path(governed),
        };
        AbiError::Law { place: place.display().to_string(), error }
    })
}

/// Holds the code against the catalog of its name in a file.
fn against_file(house: &House<'_>, file: &Path, law: &Law<'_>, code: &Catalog) -> Result<Report, AbiError> {
    let sources = source::all_of(house, file)?;
    let Some(old) = sources.iter().find(|source| source.catalog.catalog == code.catalog) else {
        return Ok(nothing(code, format!("{} has no such catalog", file.display())));
    };
    let name = format!("the code of `{}`", code.catalog);
    let current = Called { catalog: code, name: &name, file: None };
    let place = file.display().to_string();
    let mut report = law.compare(called(old), current).map_err(|error| AbiError::Law { place, error })?;
    add_edited(&mut report, &[&old.edited], &code.catalog);
    Ok(report)
}

/// Puts before everything else what was edited in the locks that were read; what two of them share, once.
fn add_edited(report: &mut Report, edited: &[&Vec<Finding>], catalog: &str) {
    let mut all: Vec<Finding> = Vec::new();
    for finding in edited.iter().copied().flatten() {
        if !all.iter().any(|known| known.what == finding.what) {
            all.push(Finding { catalog: catalog.to_owned(), ..finding.clone() });
        }
    }
    report.findings.splice(0..0, all);
}

/// Holds the code against its lock as it was in a revision, and today's lock too: it begins as that did.
fn against_revision(
    house: &House<'_>,
    governed: &Governed,
    revision: &str,
    law: &Law<'_>,
    code: &Catalog,
) -> Result<Report, AbiError> {
    let Some(before) = revision::show(house.root(), revision, governed.lock)? else {
        return Ok(nothing(code, format!("{revision} has no {}", governed.lock)));
    };
    let today = house.lock(governed)?;
    let name = format!("{} in {revision}", governed.lock);
    let loaded = source::load(Path::new(&name), &before)?;
    let held = Held { loaded, text: before };
    let mut report = judge(house, governed, law, &held, &name, code)?;
    let plain = |text: &str| text.replace("\r\n", "\n");
    if !plain(&today.text).starts_with(&plain(&held.text)) {
        let what = format!(
            "{} does not begin as it did in {revision}: what was frozen there was edited or taken out",
            governed.lock
        );
        report.findings.insert(0, Finding::new(rules::TA8001, &code.catalog, what));
    }
    Ok(report)
}

fn nothing(code: &Catalog, why: String) -> Report {
    let what = format!("the code of `{}`", code.catalog);
    let (compared, findings) = (Vec::<Compared>::new(), Vec::new());
    Report {
        compared,
        skipped: vec![Skipped { what, why }],
        findings,
        layouts: std::collections::BTreeMap::new(),
    }
}
