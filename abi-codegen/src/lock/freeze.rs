//! From catalogs to a lock's text.

use abi_lock::{Listed, Newest};

use super::state::State;
use super::{Acknowledged, Lock};
use crate::model::Catalog;

/// Returns the text of a whole lock.
pub(super) fn text(lock: &Lock) -> String {
    let mut stated = abi_lock::Lock::empty(&lock.catalog);
    for release in &lock.releases {
        let head = Head {
            number: release.release,
            date: &release.date,
            fingerprint: release.fingerprint.clone(),
            acknowledged: &release.acknowledged,
        };
        let next = state(&stated, &release.catalog, head);
        stated.releases.push(next);
    }
    stated.to_string()
}

/// Returns the text of a lock with one more release; the text before stays byte for byte.
pub(super) fn append(
    lock: &Lock,
    before: &str,
    catalog: &Catalog,
    date: &str,
    acknowledged: &[Acknowledged],
) -> String {
    // What was frozen is read again rather than written again: its text is the truth.
    let stated = abi_lock::Lock::parse(before).unwrap_or_else(|_| abi_lock::Lock::empty(&lock.catalog));
    let head = Head {
        number: lock.releases.last().map_or(1, |release| release.release + 1),
        date,
        fingerprint: catalog.fingerprint().to_string(),
        acknowledged,
    };
    abi_lock::sealed(&before.replace("\r\n", "\n"), &state(&stated, catalog, head))
}

struct Head<'h> {
    number: u32,
    date: &'h str,
    fingerprint: String,
    acknowledged: &'h [Acknowledged],
}

/// Returns what a release states beyond those before it.
fn state(before: &abi_lock::Lock, catalog: &Catalog, head: Head<'_>) -> abi_lock::Release {
    let newest = before.newest();
    let state = State::of(catalog);
    let acknowledged = head.acknowledged.iter().map(|break_| abi_lock::Acknowledged {
        rule: break_.rule.clone(),
        subject: break_.subject.clone(),
        reason: break_.reason.clone(),
    });
    let mut release = abi_lock::Release {
        line: 0,
        number: head.number,
        date: head.date.to_owned(),
        fingerprint: head.fingerprint,
        prefix: catalog.prefix.clone(),
        enumerations: fresh(&state.enumerations, &newest.enumerations),
        structs: fresh(&state.structs, &newest.structs),
        records: fresh(&state.records, &newest.records),
        retired: state.retired.iter().filter(|entry| !newest.retired.contains(entry)).cloned().collect(),
        lists: Vec::new(),
        acknowledged: acknowledged.collect(),
    };
    let lists = {
        let mut after = newest;
        after.apply(&release);
        differing(&state, &after)
    };
    release.lists = lists;
    release
}

/// Returns the entries that are not as they were stated last.
fn fresh<T: Clone + ToString>(entries: &[T], stated: &[&T]) -> Vec<T> {
    let known: std::collections::HashSet<String> = stated.iter().map(|entry| entry.to_string()).collect();
    entries.iter().filter(|entry| !known.contains(&entry.to_string())).cloned().collect()
}

/// Returns the lists that a release has to state, because they do not follow.
fn differing(state: &State, after: &Newest<'_>) -> Vec<(Listed, Vec<String>)> {
    let lists = [
        (
            Listed::Records,
            state.records.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>(),
            after.records.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>(),
        ),
        (
            Listed::Structs,
            state.listed_structs.clone(),
            after.listed_structs.iter().map(|&name| name.to_owned()).collect(),
        ),
        (
            Listed::Retired,
            state.retired.iter().map(|entry| entry.name.clone()).collect(),
            after.retired.iter().map(|entry| entry.name.clone()).collect(),
        ),
    ];
    let differ = lists.into_iter().filter(|(_, wanted, found)| wanted != found);
    differ.map(|(listed, wanted, _)| (listed, wanted)).collect()
}
