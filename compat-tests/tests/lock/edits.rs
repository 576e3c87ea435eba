//! Pairs of small catalogs that are one edit or two apart, a few for each sort of edit.

use std::collections::BTreeMap;

use compat_tests::oracle::edit::Edit;
use compat_tests::oracle::grammar;

use crate::pair::Pair;

/// Catalogs of the walk that are looked at, and how far they are apart.
const CATALOGS: u64 = 60;
const STRIDE: u64 = 7919;
/// Pairs for each sort of edit, one and two apart. `PAIRS_PER_EDIT` asks for more.
const PAIRS: usize = 2;

/// Returns the pairs, always the same.
pub(crate) fn pairs() -> Vec<Pair> {
    let asked = std::env::var("PAIRS_PER_EDIT").ok().and_then(|asked| asked.parse().ok());
    let each = asked.unwrap_or(PAIRS);
    let catalogs = CATALOGS * u64::try_from(each.div_ceil(PAIRS)).unwrap_or(1);
    let mut made: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for place in 0..catalogs {
        let old = grammar::catalog(place * STRIDE);
        let Some(before) = old.catalog() else { continue };
        for (at, edit) in Edit::all(&old).into_iter().enumerate() {
            let wanted = |twice| made.get(&(edit.kind(), twice)).is_none_or(|made| *made < each);
            let (once, twice) = (wanted(false), wanted(true));
            if !once && !twice {
                continue;
            }
            let Some((draft, after)) = edit.apply(&old) else { continue };
            let mut push = |module: String, after, twice| {
                *made.entry((edit.kind(), twice)).or_default() += 1;
                pairs.push(Pair { module, before: before.clone(), after });
            };
            if once {
                push(format!("at{place}_{at}"), after, false);
            }
            let seconds = Edit::all(&draft);
            let then = at * 31 % seconds.len().max(1);
            let second = seconds.get(then).filter(|_| twice).and_then(|second| second.apply(&draft));
            if let Some((_, after)) = second {
                push(format!("at{place}_{at}_{then}"), after, true);
            }
        }
    }
    pairs
}
