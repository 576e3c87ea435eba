//! How the types of a release nest: each is defined, none holds itself, and all together have a bounded size.

use std::collections::HashMap;

use crate::{Enumeration, Field, LockError, LockFault, Newest, Noun, Type};

/// The deepest nesting of composites: what reads a lock may recurse so deep.
const MAX_DEPTH: usize = 32;
/// The most fields and values that a release has, its types taken apart wherever they are held.
const MAX_PARTS: u64 = 1 << 20;
/// The same, of all releases of a lock together: each is held as a whole catalog.
pub(crate) const MAX_PARTS_OF_ALL: u64 = 1 << 23;

/// Returns how many fields and values the newest release has, its types taken apart (LOCK-4).
///
/// The composites are visited in the order in which they hold each other, each once: the time is linear in what
/// is stated, however much that is when it is taken apart.
///
/// # Errors
///
/// A field names a type that no block defines, a composite holds itself, or a bound is exceeded.
pub(crate) fn parts(newest: &Newest<'_>) -> Result<u64, LockError> {
    let mut nesting = Nesting::of(newest);
    let mut waits: Vec<usize> = Vec::with_capacity(newest.structs.len());
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); newest.structs.len()];
    for (at, composite) in newest.structs.iter().enumerate() {
        let mut held = 0;
        for (field, line) in composite.fields.iter().zip(composite.line + 1..) {
            if let Some(inner) = nesting.composite(field, line)? {
                held += 1;
                if let Some(holders) = holders.get_mut(inner) {
                    holders.push(at);
                }
            }
        }
        waits.push(held);
    }
    let mut ready: Vec<usize> = (0..waits.len()).filter(|&at| waits.get(at) == Some(&0)).collect();
    let mut total: u64 = 0;
    let mut visited = 0;
    while let Some(at) = ready.pop() {
        visited += 1;
        let Some(composite) = newest.structs.get(at) else { continue };
        let size = nesting.size(&composite.fields, composite.line)?;
        let size = Size { parts: size.parts, depth: size.depth + 1 };
        if size.depth > MAX_DEPTH {
            let fault = LockFault::Deep { name: composite.name.clone(), bound: MAX_DEPTH };
            return Err(LockError { line: composite.line, fault });
        }
        total = bounded(total, size.parts, composite.line)?;
        nesting.sizes.insert(at, size);
        for &holder in holders.get(at).into_iter().flatten() {
            if let Some(held) = waits.get_mut(holder) {
                *held -= 1;
                if *held == 0 {
                    ready.push(holder);
                }
            }
        }
    }
    if visited < waits.len() {
        let held = newest.structs.iter().zip(&waits).find(|(_, waits)| **waits > 0);
        let (line, name) = held.map_or((0, String::new()), |(held, _)| (held.line, held.name.clone()));
        return Err(LockError { line, fault: LockFault::Circle(name) });
    }
    for record in &newest.records {
        let size = nesting.size(&record.fields, record.line)?;
        total = bounded(total, size.parts, record.line)?;
    }
    Ok(total)
}

fn bounded(total: u64, more: u64, line: usize) -> Result<u64, LockError> {
    let total = total.saturating_add(more);
    if total > MAX_PARTS {
        return Err(LockError { line, fault: LockFault::Large { bound: MAX_PARTS } });
    }
    Ok(total)
}

#[derive(Clone, Copy, Default)]
struct Size {
    parts: u64,
    depth: usize,
}

struct Nesting<'n> {
    structs: HashMap<&'n str, usize>,
    enumerations: HashMap<(&'n str, bool), &'n Enumeration>,
    /// Of the composites that were visited.
    sizes: HashMap<usize, Size>,
}

impl<'n> Nesting<'n> {
    fn of(newest: &Newest<'n>) -> Self {
        let structs = newest.structs.iter().enumerate().map(|(at, entry)| (entry.name.as_str(), at));
        let enumerations = newest.enumerations.iter();
        let enumerations =
            enumerations.map(|&entry| ((entry.name.as_str(), entry.noun == Noun::Code), entry));
        Self { structs: structs.collect(), enumerations: enumerations.collect(), sizes: HashMap::new() }
    }

    /// Returns the composite that a field holds, if it holds one.
    fn composite(&self, field: &Field, line: usize) -> Result<Option<usize>, LockError> {
        let ty = element(&field.ty);
        let is_defined = match ty {
            Type::Struct(name) => self.structs.contains_key(name.as_str()),
            Type::Code(name) => self.enumerations.contains_key(&(name.as_str(), true)),
            Type::Flags(name) => self.enumerations.contains_key(&(name.as_str(), false)),
            Type::Scalar(_) | Type::Array(..) | Type::Name(_) => true,
        };
        match ty {
            _ if !is_defined => Err(LockError { line, fault: LockFault::Undefined(ty.to_string()) }),
            Type::Struct(name) => Ok(self.structs.get(name.as_str()).copied()),
            _ => Ok(None),
        }
    }

    /// Returns the size of fields whose composites were all visited.
    fn size(&self, fields: &[Field], line: usize) -> Result<Size, LockError> {
        let mut whole = Size::default();
        for (field, line) in fields.iter().zip(line + 1..) {
            let mut part = Size { parts: 1, depth: 0 };
            if let Some(inner) = self.composite(field, line)? {
                let inner = self.sizes.get(&inner).copied().unwrap_or_default();
                part = Size { parts: inner.parts.saturating_add(1), depth: inner.depth };
            }
            if let Type::Code(name) | Type::Flags(name) = element(&field.ty) {
                let is_code = matches!(element(&field.ty), Type::Code(_));
                let entry = self.enumerations.get(&(name.as_str(), is_code));
                part.parts += entry.map_or(0, |entry| entry.values.len() + entry.retired.len()) as u64;
            }
            whole.parts = whole.parts.saturating_add(part.parts);
            whole.depth = whole.depth.max(part.depth);
        }
        Ok(whole)
    }
}

/// Returns what an array holds in the end; a type that is no array is its own.
fn element(mut ty: &Type) -> &Type {
    while let Type::Array(inner, _) = ty {
        ty = inner;
    }
    ty
}

#[cfg(test)]
#[allow(clippy::format_push_string, reason = "locks are put together by the line")]
mod tests {
    use crate::{Lock, LockFault, seal};

    fn fault(entries: &str) -> Option<LockFault> {
        let body = format!(
            "testimony-lock 1 demo\n\nrelease 1 2026-11-23\nfingerprint 00112233445566778899aabbccddeeff\nprefix demo\n{entries}"
        );
        Lock::parse(&format!("{body}seal {}\n", seal(&body))).err().map(|error| error.fault)
    }

    #[test]
    fn a_composite_that_holds_itself_is_refused() {
        let own = "struct A size 8\n  0 8 Struct<A> a\n";
        assert_eq!(fault(own), Some(LockFault::Circle("A".to_owned())));
        let both = "struct A size 8\n  0 8 [Struct<B>;1] b\nstruct B size 8\n  0 8 Struct<A> a\n";
        assert!(matches!(fault(both), Some(LockFault::Circle(_))));
    }

    #[test]
    fn what_no_block_defines_is_refused() {
        for ty in ["Struct<B>", "Code<B>", "[Flags<B>;2]"] {
            let entries = format!("record 0x0100 A version 1 size 8\n  0 8 {ty} b\n");
            assert!(matches!(fault(&entries), Some(LockFault::Undefined(_))), "{ty}");
        }
    }

    #[test]
    fn composites_that_hold_each_other_twice_are_refused_at_once() {
        let mut entries = "struct S0 size 8\n  0 8 u64 a\n".to_owned();
        for at in 1..31 {
            let inner = at - 1;
            entries.push_str(&format!(
                "struct S{at} size 8\n  0 4 Struct<S{inner}> a\n  4 4 Struct<S{inner}> b\n"
            ));
        }
        assert!(matches!(fault(&entries), Some(LockFault::Large { .. })));
    }

    #[test]
    fn long_chains_are_refused_without_recursion() {
        let chain = |length: usize| {
            let mut entries = "struct S0 size 8\n  0 8 u64 a\n".to_owned();
            for at in 1..length {
                entries.push_str(&format!("struct S{at} size 8\n  0 8 Struct<S{}> a\n", at - 1));
            }
            entries
        };
        assert_eq!(fault(&chain(32)), None, "the deepest that is read");
        assert!(matches!(fault(&chain(33)), Some(LockFault::Deep { .. })));
        assert!(matches!(fault(&chain(50_000)), Some(LockFault::Deep { .. })));
    }

    #[test]
    fn a_code_is_counted_wherever_it_is_held() {
        let mut entries = "code C u32\n".to_owned();
        for at in 0..2000 {
            entries.push_str(&format!("  {at} V{at}\n"));
        }
        entries.push_str("record 0x0100 A version 1 size 8\n");
        for at in 0..600 {
            entries.push_str(&format!("  {} 4 Code<C> c{at}\n", at * 4));
        }
        assert!(matches!(fault(&entries), Some(LockFault::Large { .. })));
    }
}
