//! A catalog, held against everything that was ever released of it.

use std::collections::{BTreeMap, HashMap};

use abi_lock::Acknowledgement;
use jiff::civil::Date;

use super::compare::{Chains, compare, compare_for_breaks, layouts};
use super::error::LawError;
use super::excuse;
use super::facts::Facts;
use super::finding::Finding;
use super::lint::lint;
use super::report::{Compared, Layouts, Report, Skipped};
use super::rule::Severity;
use super::rules;
use super::witness::find;
use crate::lock::{Loaded, Release};
use crate::model::Catalog;

/// What a catalog is held against, and by what.
#[derive(Clone, Debug)]
pub struct Law<'l> {
    /// What is declared of the stream of records.
    pub facts: Facts,
    /// The day on which the check is made: acknowledgements expire.
    pub today: Date,
    /// Breaks that people have looked at.
    pub acknowledgements: &'l [Acknowledgement],
}

/// A catalog, and what to call it.
#[derive(Clone, Copy, Debug)]
pub struct Called<'c> {
    /// The catalog.
    pub catalog: &'c Catalog,
    /// `release 3 of spec/abi/proc.lock`, a file, a revision, `the code`.
    pub name: &'c str,
    /// The file in which findings are best shown.
    pub file: Option<&'c str>,
}

impl Law<'_> {
    /// Compares two catalogs.
    ///
    /// # Errors
    ///
    /// They have different names, or an acknowledgement does not count.
    pub fn compare(&self, old: Called<'_>, new: Called<'_>) -> Result<Report, LawError> {
        same_catalog(old.catalog, new.catalog)?;
        excuse::judge(self.acknowledgements, self.today)?;
        let mut findings = compare(old.catalog, new.catalog, &self.facts);
        for finding in &mut findings {
            find(finding, old.catalog, new.catalog);
        }
        excuse::apply(self.acknowledgements, &mut findings);
        let layouts = drawn(&findings, old.catalog, new.catalog);
        Ok(finish(&new.catalog.catalog, vec![compared(old, new, 1)], Vec::new(), findings, layouts))
    }

    /// Holds `current` against every release of a lock, newest first, and the releases against each
    /// other: all pairs, for what is compatible with its neighbours need not be with their neighbours
    /// (LAW-3).
    ///
    /// # Errors
    ///
    /// The lock is of another catalog, or an acknowledgement does not count.
    pub fn check(&self, lock: &Loaded, called: &str, current: Called<'_>) -> Result<Report, LawError> {
        let releases = &lock.lock.releases;
        if lock.lock.catalog != current.catalog.catalog {
            let (old, new) = (lock.lock.catalog.clone(), current.catalog.catalog.clone());
            return Err(LawError::OtherCatalog { old, new });
        }
        excuse::judge(self.acknowledgements, self.today)?;
        let mut bare = current.catalog.clone();
        bare.strip_docs();
        let mut findings = tampered(lock);
        let Some(newest) = releases.last() else {
            let what = format!("the code of `{}`", lock.lock.catalog);
            let why = format!("{called} has no release: freeze the first");
            return Ok(finish(
                &lock.lock.catalog,
                Vec::new(),
                vec![Skipped { what, why }],
                findings,
                BTreeMap::new(),
            ));
        };
        let old = Called { catalog: &newest.catalog, name: called, file: current.file };
        let catalogs = releases.iter().map(|release| &*release.catalog);
        let chains = Chains::of(catalogs.chain([&bare]));
        let mut now = self.against_all(releases, &bare, &chains);
        let layouts = drawn(&now, &newest.catalog, &bare);
        excuse::apply(self.acknowledgements, &mut now);
        findings.extend(now);
        findings.extend(self.among(releases, &chains));
        // What was released can only be mended by a new version: lints are for what is about to be.
        let frozen = lint(&newest.catalog);
        let is_frozen = |finding: &Finding| frozen.iter().any(|known| known.subject == finding.subject);
        findings.extend(lint(&bare).into_iter().filter(|finding| !is_frozen(finding)));
        let pairs = releases.len() * (releases.len() + 1) / 2;
        let mut compared = compared(old, Called { catalog: &bare, ..current }, pairs);
        compared.old = format!("release {} of {called}, and all before it", newest.release);
        Ok(finish(&bare.catalog, vec![compared], Vec::new(), findings, layouts))
    }

    /// Compares every release with the catalog. What breaks several is told once.
    fn against_all(&self, releases: &[Release], current: &Catalog, chains: &Chains<'_>) -> Vec<Finding> {
        let mut told: Vec<Finding> = Vec::new();
        let mut index: HashMap<(&str, String), usize> = HashMap::new();
        for (at, release) in releases.iter().enumerate().rev() {
            let mut found = if at + 1 == releases.len() {
                compare(&release.catalog, current, &self.facts)
            } else {
                compare_for_breaks(&release.catalog, current, &self.facts, chains)
            };
            excuse::released(releases.get(at + 1..).unwrap_or_default(), &mut found);
            for mut finding in found {
                let key = (finding.rule.id, finding.subject.clone());
                let at = *index.entry(key).or_insert(told.len());
                finding.releases.push(release.release);
                let Some(known) = told.get_mut(at) else {
                    find(&mut finding, &release.catalog, current);
                    told.push(finding);
                    continue;
                };
                let alike = known.severity == finding.severity
                    && known.acknowledged.is_some() == finding.acknowledged.is_some();
                if finding.gravity() > known.gravity() {
                    find(&mut finding, &release.catalog, current);
                    std::mem::swap(known, &mut finding);
                }
                // LAW-17.
                if alike {
                    known.releases.extend(finding.releases);
                    known.releases.sort_unstable();
                }
            }
        }
        told
    }

    /// Compares every release with every later one.
    fn among(&self, releases: &[Release], chains: &Chains<'_>) -> Vec<Finding> {
        let mut told = Vec::new();
        // Neighbours first: what they tell is not told of their neighbours again.
        for distance in 1..releases.len() {
            for (at, (old, new)) in releases.iter().zip(releases.iter().skip(distance)).enumerate() {
                let later = at + distance;
                let between = releases.get(at + 1..=later).unwrap_or_default();
                let mut found = compare_for_breaks(&old.catalog, &new.catalog, &self.facts, chains);
                excuse::released(between, &mut found);
                for mut finding in found {
                    if finding.acknowledged.is_some() {
                        continue;
                    }
                    let (from, to) = (old.release, new.release);
                    if distance == 1 {
                        finding.what = format!("release {to} against release {from}: {}", finding.what);
                        finding.releases = vec![from];
                        find(&mut finding, &old.catalog, &new.catalog);
                        told.push(finding);
                    } else if !told.iter().any(|known| is_same(known, &finding)) {
                        let what = format!(
                            "release {to} against release {from}, with none in between to blame: {} ({})",
                            finding.what, finding.rule.id
                        );
                        let mut pair = Finding::new(rules::TA8010, &finding.subject, what);
                        pair.releases = vec![from];
                        told.push(pair);
                    }
                }
            }
        }
        told
    }
}

fn is_same(known: &Finding, finding: &Finding) -> bool {
    known.subject == finding.subject && [finding.rule.id, rules::TA8010.id].contains(&known.rule.id)
}

fn same_catalog(old: &Catalog, new: &Catalog) -> Result<(), LawError> {
    if old.catalog == new.catalog {
        return Ok(());
    }
    Err(LawError::OtherCatalog { old: old.catalog.clone(), new: new.catalog.clone() })
}

pub(crate) fn tampered(lock: &Loaded) -> Vec<Finding> {
    let say = |tampered: &crate::lock::Tampered| {
        let what = format!(
            "line {}: release {} is not as it was frozen: {}",
            tampered.line, tampered.release, tampered.why
        );
        Finding::new(rules::TA8001, format!("{}@{}", lock.lock.catalog, tampered.release), what)
    };
    lock.tampered.iter().map(say).collect()
}

fn compared(old: Called<'_>, new: Called<'_>, pairs: usize) -> Compared {
    let of = |catalog: &Catalog| {
        let names = catalog.records.iter().map(|record| record.name.clone());
        names.chain(catalog.structs.iter().map(|composite| composite.name.clone())).collect::<Vec<_>>()
    };
    let mut names = [of(old.catalog), of(new.catalog)].concat();
    names.sort_unstable();
    names.dedup();
    Compared {
        catalog: new.catalog.catalog.clone(),
        old: old.name.to_owned(),
        new: new.name.to_owned(),
        file: new.file.or(old.file).map(str::to_owned),
        lines: BTreeMap::new(),
        records: names.len(),
        pairs,
    }
}

fn drawn(findings: &[Finding], old: &Catalog, new: &Catalog) -> BTreeMap<String, Layouts> {
    let about = findings.iter().filter(|finding| finding.severity > Severity::Note);
    let records = about.filter_map(|finding| finding.record.clone());
    records.map(|record| (record.clone(), layouts(old, new, &record))).collect()
}

fn finish(
    catalog: &str,
    compared: Vec<Compared>,
    skipped: Vec<Skipped>,
    mut findings: Vec<Finding>,
    layouts: BTreeMap<String, Layouts>,
) -> Report {
    for finding in &mut findings {
        catalog.clone_into(&mut finding.catalog);
    }
    let mut report = Report { compared, skipped, findings, layouts };
    report.sort();
    report.share_witnesses();
    report
}
