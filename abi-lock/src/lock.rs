//! A lock and its releases.

use std::collections::{HashMap, HashSet};

use abi_schema::Fingerprint;

use crate::{Acknowledged, Composite, Enumeration, Record, Retired};

/// Every release of a catalog, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Name of the catalog.
    pub catalog: String,
    /// The releases; there are none before the first freeze.
    pub releases: Vec<Release>,
    /// Seals that do not fit the text above them.
    pub broken: Vec<SealBroken>,
}

/// A seal that does not fit the text above it: somebody edited what was frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SealBroken {
    /// The release.
    pub release: u32,
    /// The line of the seal, counted from 1.
    pub line: usize,
}

/// What one release states beyond the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The line at which it begins, counted from 1; 0 when it was not read from a text.
    pub line: usize,
    /// Its number: 1, 2, 3 and so on.
    pub number: u32,
    /// The day on which it was frozen: `YYYY-MM-DD`.
    pub date: String,
    /// Fingerprint of the whole catalog's canonical document at this release, in hexadecimal digits.
    pub fingerprint: String,
    /// What every C name of the catalog begins with.
    pub prefix: String,
    /// Codes and flags that are new or changed.
    pub enumerations: Vec<Enumeration>,
    /// Composites that are new or changed, each behind those that it holds.
    pub structs: Vec<Composite>,
    /// Records that are new or changed, whole.
    pub records: Vec<Record>,
    /// Ids retired in this release (LOCK-6).
    pub retired: Vec<Retired>,
    /// Lists that are not what the release before and this block's entries make of them (LOCK-7).
    pub lists: Vec<(Listed, Vec<String>)>,
    /// Breaks of the law that were let through.
    pub acknowledged: Vec<Acknowledged>,
}

/// A list of the catalog, whose order is part of its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Its records.
    Records,
    /// Composites that are part of the agreement though no record holds them.
    Structs,
    /// Retired ids.
    Retired,
}

impl Listed {
    /// Every list, in the order of their lines.
    pub const ALL: [Self; 3] = [Self::Records, Self::Structs, Self::Retired];

    /// Returns the list's word in its line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Structs => "structs",
            Self::Retired => "retired",
        }
    }
}

impl Lock {
    /// Returns a lock without releases.
    pub fn empty(catalog: &str) -> Self {
        Self { catalog: catalog.to_owned(), releases: Vec::new(), broken: Vec::new() }
    }

    /// Returns what each record was when it was last released, and the names of the newest release's
    /// records, in their order.
    pub fn newest(&self) -> Newest<'_> {
        let mut newest = Newest::default();
        for release in &self.releases {
            newest.apply(release);
        }
        newest
    }
}

/// What the newest release holds, put together from all of them.
#[derive(Clone, Debug, Default)]
pub struct Newest<'l> {
    /// Records by name, in the order of the catalog's list.
    pub records: Vec<&'l Record>,
    /// Codes and flags ever defined, each as last stated.
    pub enumerations: Vec<&'l Enumeration>,
    /// Composites ever defined, each as last stated.
    pub structs: Vec<&'l Composite>,
    /// Names of the composites that the catalog lists itself.
    pub listed_structs: Vec<&'l str>,
    /// Retired ids, in the order of the catalog's list.
    pub retired: Vec<&'l Retired>,
}

impl<'l> Newest<'l> {
    /// Adds what the next release states.
    pub fn apply(&mut self, release: &'l Release) {
        put(&mut self.enumerations, &release.enumerations, |entry| &entry.name);
        put(&mut self.structs, &release.structs, |entry| &entry.name);
        put(&mut self.records, &release.records, |entry| &entry.name);
        if !release.retired.is_empty() {
            let gone: HashSet<u16> = release.retired.iter().map(|retired| retired.id).collect();
            self.records.retain(|record| !gone.contains(&record.id));
            put(&mut self.retired, &release.retired, |entry| &entry.name);
        }
        for (listed, names) in &release.lists {
            let names = names.iter().map(String::as_str);
            match listed {
                Listed::Records => pick(&mut self.records, names, |entry| &entry.name),
                Listed::Structs => self.listed_structs = names.collect(),
                Listed::Retired => pick(&mut self.retired, names, |entry| &entry.name),
            }
        }
    }
}

/// Replaces each entry by the new one of the same name, and adds those without one at the end.
fn put<'l, T>(entries: &mut Vec<&'l T>, new: &'l [T], name: fn(&T) -> &String) {
    if new.is_empty() {
        return;
    }
    let mut places: HashMap<&'l str, usize> = HashMap::with_capacity(entries.len() + new.len());
    places.extend(entries.iter().enumerate().map(|(at, &entry)| (name(entry).as_str(), at)));
    for entry in new {
        let place = *places.entry(name(entry)).or_insert(entries.len());
        match entries.get_mut(place) {
            Some(other) => *other = entry,
            None => entries.push(entry),
        }
    }
}

/// Keeps the entries that are named, in that order.
fn pick<'l, 'n, T>(entries: &mut Vec<&'l T>, names: impl Iterator<Item = &'n str>, name: fn(&T) -> &String) {
    let known: HashMap<&str, &'l T> = entries.iter().map(|&entry| (name(entry).as_str(), entry)).collect();
    *entries = names.filter_map(|wanted| known.get(wanted).copied()).collect();
}

/// Returns the seal of a text: what the line behind it must say (LOCK-8).
pub fn seal(text: &str) -> Fingerprint {
    Fingerprint::of(text.as_bytes())
}
