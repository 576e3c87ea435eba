//! Names in C that are made from the name of a record or a composite (HDR-12, HDR-13).
//!
//! Version 1 of a record `Cache` is `m_cache_v1`, and `m_cache_fill_v1` fills it: neither can be the struct of
//! another record, `CacheFill`, or the name of a composite, `CacheV1`. What a later version would be called is
//! refused as well: a version may be added to a record for ever.

use super::{Conflict, Named, Names};
use crate::Catalog;
use crate::names::{SnakeCase, same_text};

/// What the functions for a version of a record are called, after the record.
const FUNCTIONS: [&str; 5] = ["_clear_reserved", "_emit", "_emit_at", "_reserve", "_fill"];

impl<'s> Names<'s> {
    /// Finds a thing whose name is made from the name of another.
    pub(super) const fn find_derived(&mut self, catalog: &Catalog<'_>) {
        let mut at = 0;
        while at < self.places.len() && matches!(self.conflict, Conflict::None) {
            if let Some(second) = self.places[at]
                && may_be_derived(second.name())
            {
                self.find_origin(catalog, second);
            }
            at += 1;
        }
    }

    const fn find_origin(&mut self, catalog: &Catalog<'_>, second: Named<'s>) {
        let mut at = 0;
        while at < self.places.len() {
            if let Some(first) = self.places[at]
                && is_derived(first, second)
            {
                let entry = match entry_of(catalog, second) {
                    Some(entry) => entry,
                    None => match entry_of(catalog, first) {
                        Some(entry) => entry,
                        None => 0,
                    },
                };
                self.conflict = Conflict::Name { entry, first, second };
                return;
            }
            at += 1;
        }
    }
}

/// Returns where the catalog lists something, records first and then composites.
const fn entry_of(catalog: &Catalog<'_>, named: Named<'_>) -> Option<usize> {
    let records = catalog.records.len();
    let mut at = 0;
    while at < records + catalog.structs.len() {
        let name = if at < records { catalog.records[at].name } else { catalog.structs[at - records].name };
        if same_text(name, named.name()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Returns whether something that is made for `first` has in C the name of `second`.
const fn is_derived(first: Named<'_>, second: Named<'_>) -> bool {
    match (first, second) {
        (Named::Record(_), Named::Record(_)) => is_record_derived(first.name(), second.name()),
        (Named::Record(_), _) => is_type_derived(first.name(), second.name()),
        (Named::Struct(_), Named::Struct(_) | Named::Code(_) | Named::Flags(_)) => {
            is_cleared(first.name(), second.name())
        }
        _ => false,
    }
}

/// Returns whether record `name` is called like a function for record `owner`: both names end in the version.
const fn is_record_derived(owner: &str, name: &str) -> bool {
    let mut at = 0;
    while at < FUNCTIONS.len() {
        if folds_to(name, owner, FUNCTIONS[at], false) {
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether composite, code or flags `name` is called like a version of record `owner`, or like a function
/// for one.
pub const fn is_type_derived(owner: &str, name: &str) -> bool {
    let mut at = 0;
    while at < FUNCTIONS.len() {
        if folds_to(name, owner, FUNCTIONS[at], true) {
            return true;
        }
        at += 1;
    }
    folds_to(name, owner, "", true)
}

/// Returns whether composite, code or flags `name` is called like the function that clears composite `owner`.
const fn is_cleared(owner: &str, name: &str) -> bool {
    folds_to(name, owner, FUNCTIONS[0], false)
}

/// Returns whether a name can be derived at all: most are not, and need not be compared with every other.
const fn may_be_derived(name: &str) -> bool {
    let name = name.as_bytes();
    let mut end = name.len();
    while end > 0 && name[end - 1].is_ascii_digit() {
        end -= 1;
    }
    if end < name.len() {
        return end > 0 && name[end - 1].eq_ignore_ascii_case(&b'v');
    }
    let mut at = 0;
    while at < FUNCTIONS.len() {
        let suffix = FUNCTIONS[at].as_bytes();
        if name.len() > suffix.len() - 1
            && name[name.len() - 1].eq_ignore_ascii_case(&suffix[suffix.len() - 1])
            && name[name.len() - 2].eq_ignore_ascii_case(&suffix[suffix.len() - 2])
        {
            return true;
        }
        at += 1;
    }
    false
}

/// Returns whether `name` folds to what `owner` folds to, followed by `suffix`, and if it is `versioned` by `_v` and
/// the number of a version.
const fn folds_to(name: &str, owner: &str, suffix: &str, versioned: bool) -> bool {
    let (mut name, mut owner) = (SnakeCase::new(name), SnakeCase::new(owner));
    while let Some(expected) = owner.next_byte() {
        if !is(name.next_byte(), expected) {
            return false;
        }
    }
    let (suffix, mut at) = (suffix.as_bytes(), 0);
    while at < suffix.len() {
        if !is(name.next_byte(), suffix[at]) {
            return false;
        }
        at += 1;
    }
    if !versioned {
        return name.next_byte().is_none();
    }
    if !is(name.next_byte(), b'_')
        || !is(name.next_byte(), b'v')
        || !matches!(name.next_byte(), Some(b'1'..=b'9'))
    {
        return false;
    }
    while let Some(byte) = name.next_byte() {
        if !byte.is_ascii_digit() {
            return false;
        }
    }
    true
}

const fn is(byte: Option<u8>, expected: u8) -> bool {
    matches!(byte, Some(byte) if byte == expected)
}

#[cfg(test)]
mod tests {
    use super::{folds_to, may_be_derived};

    #[test]
    fn names_are_derived_by_a_function_and_a_version() {
        assert!(folds_to("CacheFill", "Cache", "_fill", false));
        assert!(folds_to("BufferClearReserved", "Buffer", "_clear_reserved", false));
        assert!(folds_to("CacheV12", "Cache", "", true) && folds_to("Cache_v1", "Cache", "", true));
        assert!(folds_to("CacheEmitAtV1", "Cache", "_emit_at", true));
        for other in ["CacheV0", "CacheV", "CacheVx", "CacheV1x", "Cache1", "Cachev1", "Cache"] {
            assert!(!folds_to(other, "Cache", "", true), "{other}");
        }
        assert!(!folds_to("CacheFilled", "Cache", "_fill", false));
    }

    #[test]
    fn what_is_derived_may_be() {
        for name in [
            "CacheFill",
            "CacheEmit",
            "CacheEmitAt",
            "CacheReserve",
            "CacheClearReserved",
            "CacheV1",
            "cache_v12",
        ] {
            assert!(may_be_derived(name), "{name}");
        }
        assert!(!may_be_derived("Cache") && !may_be_derived("Usb3") && !may_be_derived("x"));
    }
}
