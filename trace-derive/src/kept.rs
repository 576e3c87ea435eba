//! The assertions that what was released stands, each spanned on the entry of the catalog that it is about.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use crate::frozen::{Frozen, type_of};
use crate::lock::Held;

/// Something that the catalog lists, and where.
pub(crate) struct Listed<'c> {
    pub(crate) path: &'c Path,
    /// The path's last segment: the name, unless somebody gave it another.
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// What a catalog lists.
pub(crate) struct Entries<'c> {
    pub(crate) records: Vec<Listed<'c>>,
    pub(crate) structs: Vec<Listed<'c>>,
    /// Ids that are retired.
    pub(crate) retired: Vec<u16>,
    /// Where to report what is not there any more.
    pub(crate) catalog: Span,
}

/// Returns the assertions.
pub(crate) fn kept(held: &Held, entries: &Entries<'_>) -> TokenStream {
    let frozen = Frozen::of(held);
    let mut all = kept_records(&frozen, entries);
    all.extend(kept_structs(&frozen, entries));
    all.extend(kept_names(&frozen, entries));
    let catalog = entries.catalog;
    for known in frozen.newest.retired.iter().filter(|known| !entries.retired.contains(&known.id)) {
        if !held.is_acknowledged("TA4003", &known.name) {
            let (id, name) = (known.id, &known.name);
            all.extend(
                quote_spanned!(catalog=> const _: () = __abi::stays_retired(#id, #name, __SCHEMA.records);),
            );
        }
    }
    all
}

fn kept_records(frozen: &Frozen<'_>, entries: &Entries<'_>) -> TokenStream {
    let (mut all, mut unlisted) = (TokenStream::new(), Vec::new());
    let mut known = vec![false; entries.records.len()];
    for record in &frozen.newest.records {
        let expression = frozen.record(record);
        let Some(at) = entries.records.iter().position(|listed| listed.name == record.name) else {
            unlisted.push(expression);
            continue;
        };
        let (Listed { path, span, .. }, digest) = (&entries.records[at], frozen.newest.record_digest(record));
        known[at] = true;
        all.extend(quote_spanned! {*span=>
            const _: () = __abi::keeps_record::<#path>(#digest, &#expression);
        });
    }
    if unlisted.is_empty() {
        return all;
    }
    // Whatever is listed by another name may be one of them; and each of them may be gone.
    all.extend(quote!(const __UNLISTED: &[__abi::Frozen] = &[#(#unlisted),*];));
    for (Listed { path, span, .. }, _) in entries.records.iter().zip(known).filter(|(_, known)| !known) {
        all.extend(quote_spanned!(*span=> const _: () = __abi::is_new::<#path>(__UNLISTED);));
    }
    let catalog = entries.catalog;
    for at in 0..unlisted.len() {
        all.extend(quote_spanned! {catalog=>
            const _: () = __abi::is_listed(&__UNLISTED[#at], __SCHEMA.records, __SCHEMA.retired);
        });
    }
    all
}

/// One assertion for each code and for flags, however many records hold them: at the first entry that holds
/// them, or at the catalog if that is not listed any more.
fn kept_names(frozen: &Frozen<'_>, entries: &Entries<'_>) -> TokenStream {
    let (mut all, mut known) = (TokenStream::new(), Vec::new());
    let listed = |listed: &[Listed<'_>], name: &str| {
        listed.iter().find(|listed| listed.name == name).map(|listed| listed.span)
    };
    let records = frozen.newest.records.iter();
    let records = records.map(|record| (listed(&entries.records, &record.name), &record.fields));
    let structs = frozen.newest.listed_structs.iter().filter_map(|name| frozen.newest.composite(name));
    let structs = structs.map(|composite| (listed(&entries.structs, &composite.name), &composite.fields));
    for (span, fields) in records.chain(structs) {
        for enumeration in frozen.enumerations(fields) {
            let word = type_of(enumeration).to_string();
            if known.contains(&word) {
                continue;
            }
            let (span, names) = (span.unwrap_or(entries.catalog), frozen.names(enumeration));
            all.extend(quote_spanned! {span=>
                const _: () = __abi::keeps_names(#word, __SCHEMA.records, __SCHEMA.structs, &#names);
            });
            known.push(word);
        }
    }
    all
}

fn kept_structs(frozen: &Frozen<'_>, entries: &Entries<'_>) -> TokenStream {
    let mut all = TokenStream::new();
    for name in &frozen.newest.listed_structs {
        let Some(composite) = frozen.newest.composite(name) else { continue };
        let expression = frozen.composite(composite);
        let listed = entries.structs.iter().find(|listed| listed.name == *name);
        all.extend(if let Some(Listed { path, span, .. }) = listed {
            let digest = frozen.newest.struct_digest(composite);
            quote_spanned!(*span=> const _: () = __abi::keeps_struct::<#path>(#digest, &#expression);)
        } else {
            let catalog = entries.catalog;
            quote_spanned!(catalog=> const _: () = __abi::is_struct_listed(&#expression, __SCHEMA.structs);)
        });
    }
    all
}
