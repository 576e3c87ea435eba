//! What a reader was told, held against what became of every attempt, wherever it began and whatever it
//! missed.

use super::said::{Said, Told};
use super::stage::Fallible;
use super::truth::Fate;

/// Says what of a reader's account is not so.
pub(super) fn reconcile(fates: &[Fate], said: &Said) -> Fallible<()> {
    let Said::Lane { before, told, .. } = said else {
        return Err(format!("the reader that read on says {said:?}"));
    };
    let mut due = *before;
    for told in told {
        let next = after(fates, due, told);
        due = next.ok_or_else(|| format!("the reader that read on is told {told:?} where {due} is due"))?;
    }
    if due == fates.len() as u64 {
        Ok(())
    } else {
        Err(format!("the reader that read on knows of {due} attempts, and there were {}", fates.len()))
    }
}

/// Returns which attempt is due behind `told`, if that is what became of those from `due` on.
fn after(fates: &[Fate], due: u64, told: &Told) -> Option<u64> {
    let of = |first: u64, count: u64| fates.get(first as usize..)?.get(..count as usize);
    match *told {
        Told::Record { sequence, kind, number, .. } => {
            let [Fate::Published { kind: of_kind, number: of_number, .. }] = of(due, 1)? else { return None };
            (sequence == due && *of_kind == kind && *of_number == number).then_some(due + 1)
        }
        Told::Dropped { first, count, by_cause } => {
            let mut counts = [0; 7];
            for fate in of(due, count)? {
                let Fate::Dropped { cause } = fate else { return None };
                counts[*cause] += 1;
            }
            let agrees = by_cause.is_none_or(|by_cause| by_cause == counts);
            (first == due && agrees).then_some(due + count)
        }
        Told::Overrun { first, overwritten, dropped } => {
            let fates = of(due, overwritten + dropped)?;
            let published = fates.iter().filter(|fate| matches!(fate, Fate::Published { .. })).count();
            (first == due && published as u64 == overwritten).then_some(due + overwritten + dropped)
        }
        Told::Opened { .. } => Some(due),
        Told::Wrong(_) => None,
    }
}
