//! The lock that `catalog!` reads: what was released, as assertions over what is now (LOCK-11).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use abi_lock::{Acknowledgement, Composite, Enumeration, Field, Lock, Newest, Noun, Record, Type};
use proc_macro2::{Literal, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::LitStr;

use crate::report::Report;

/// What turns the check off, so that `abi check` can be built for code that breaks its lock.
const SWITCH: &str = "TESTIMONY_LOCK";

/// A lock, and the acknowledgements beside it.
pub(crate) struct Held {
    lock: Lock,
    acknowledgements: Vec<Acknowledgement>,
    /// The files that were read: the compiler runs again when they change.
    read: Vec<PathBuf>,
    /// Whether the check is turned off.
    off: bool,
}

/// Something that the catalog lists, and where.
pub(crate) struct Listed<'c> {
    pub(crate) path: &'c syn::Path,
    pub(crate) name: String,
    pub(crate) span: Span,
}

impl Held {
    /// Reads the lock that `path` names, from the folder of the crate that is compiled.
    pub(crate) fn read(path: &LitStr, catalog: &str, prefix: &str, report: &mut Report) -> Option<Self> {
        let off = match std::env::var(SWITCH).as_deref() {
            Ok("report") => true,
            Ok("") | Err(_) => false,
            Ok(other) => {
                report.push(path.span(), format!("{SWITCH} is {other:?}: it may be `report`, or not be set"));
                return None;
            }
        };
        let Ok(folder) = std::env::var("CARGO_MANIFEST_DIR") else {
            report.push(
                path.span(),
                "the lock is found from the crate's folder, which cargo names: build with cargo",
            );
            return None;
        };
        let file = Path::new(&folder).join(path.value());
        let shown = file.display();
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let begin = abi_lock::first_line(catalog);
                let message = format!(
                    "there is no lock at {shown}: to begin one, write the line `{}` into it; nothing is frozen then \
                     (LOCK-1)",
                    begin.trim_end()
                );
                report.push(path.span(), message);
                return None;
            }
            Err(error) => {
                report.push(path.span(), format!("the lock at {shown} cannot be read: {error}"));
                return None;
            }
        };
        let lock = match Lock::parse(&text) {
            Ok(lock) => lock,
            Err(error) => {
                report.push(path.span(), format!("the lock at {shown}, {error}"));
                return None;
            }
        };
        let mut read = vec![file.clone()];
        let beside = file.with_extension("acks");
        let acknowledgements = match std::fs::read_to_string(&beside) {
            Ok(text) => {
                read.push(beside.clone());
                abi_lock::parse_acknowledgements(&text)
            }
            Err(_) => Ok(Vec::new()),
        };
        let acknowledgements = match acknowledgements {
            Ok(all) => all,
            Err(error) => {
                report.push(path.span(), format!("the acknowledgements at {}, {error}", beside.display()));
                return None;
            }
        };
        let held = Self { lock, acknowledgements, read, off };
        held.check(path, catalog, prefix, report);
        Some(held)
    }

    /// Reports what is wrong with the lock itself.
    fn check(&self, path: &LitStr, catalog: &str, prefix: &str, report: &mut Report) {
        if self.lock.catalog != catalog {
            let other = &self.lock.catalog;
            report.push(
                path.span(),
                format!("the lock is of the catalog `{other}`, and this one is `{catalog}`"),
            );
        }
        if self.off {
            return;
        }
        for broken in &self.lock.broken {
            let message = format!(
                "TA8001: release {} of the lock is not as it was frozen (line {}): restore it from your history (LOCK-8)",
                broken.release, broken.line
            );
            report.push(path.span(), message);
        }
        if let Some(newest) = self.lock.releases.last()
            && newest.prefix != prefix
            && !self.is_acknowledged("TA7001", catalog)
        {
            let message = format!(
                "TA7001: every C name began with `{}` when release {} was frozen: put the prefix back",
                newest.prefix, newest.number
            );
            report.push(path.span(), message);
        }
    }

    fn is_acknowledged(&self, rule: &str, subject: &str) -> bool {
        self.acknowledgements.iter().any(|one| one.rule == rule && one.subject == subject)
    }

    /// What makes the compiler run again when a file that was read changes, or the switch.
    pub(crate) fn tracked(&self) -> TokenStream {
        let files = self.read.iter().map(|file| {
            let file = file.display().to_string();
            quote!(
                const _: &[__abi::u8] = ::core::include_bytes!(#file);
            )
        });
        quote! {
            #(#files)*
            const _: __abi::Option<&__abi::str> = ::core::option_env!(#SWITCH);
        }
    }

    /// The assertions: one for each record and composite that was released, at the entry that lists it, and
    /// at `catalog` what is not listed any more.
    pub(crate) fn assertions(
        &self,
        records: &[Listed<'_>],
        structs: &[Listed<'_>],
        retired: &[u16],
        catalog: Span,
    ) -> TokenStream {
        let mut all = TokenStream::new();
        if self.off {
            return all;
        }
        let newest = self.lock.newest();
        for record in &newest.records {
            let listed = records.iter().find(|listed| listed.name == record.name);
            all.extend(match listed {
                Some(listed) => {
                    let (path, digest) = (listed.path, newest.record_digest(record));
                    let frozen = self.frozen_record(&newest, record);
                    quote_spanned!(listed.span=> const _: () = __abi::keeps_record::<#path>(#digest, &#frozen);)
                }
                // It may be listed under another name: its id tells.
                None if ["TA4003", "TA4001", "TA7001"].iter().any(|rule| self.is_acknowledged(rule, &record.name)) => {
                    TokenStream::new()
                }
                None => {
                    let (name, frozen) = (&record.name, self.frozen_record(&newest, record));
                    let unknown = records
                        .iter()
                        .filter(|listed| !newest.records.iter().any(|known| known.name == listed.name));
                    let others = unknown.map(|listed| {
                        let path = listed.path;
                        quote_spanned!(listed.span=> const _: () = __abi::is_not::<#path>(#name, &__FROZEN);)
                    });
                    let gone = quote_spanned!(catalog=> const _: () = __abi::is_listed(#name, &__FROZEN, __SCHEMA.records, __SCHEMA.retired););
                    quote!(const _: () = { const __FROZEN: __abi::Frozen = #frozen; #(#others)* #gone };)
                }
            });
        }
        for name in &newest.listed_structs {
            let Some(composite) = newest.composite(name) else { continue };
            let listed = structs.iter().find(|listed| listed.name == *name);
            all.extend(if let Some(listed) = listed {
                let (path, digest) = (listed.path, newest.struct_digest(composite));
                let frozen = self.frozen_struct(&newest, composite);
                quote_spanned!(listed.span=> const _: () = __abi::keeps_struct::<#path>(#digest, &#frozen);)
            } else {
                quote_spanned!(catalog=> const _: () = __abi::is_struct_listed(#name, __SCHEMA.structs);)
            });
        }
        for known in newest.retired.iter().filter(|known| !retired.contains(&known.id)) {
            if !self.is_acknowledged("TA4003", &known.name) {
                let (id, name) = (known.id, &known.name);
                all.extend(quote_spanned!(catalog=> const _: () = __abi::stays_retired(#id, #name, __SCHEMA.records);));
            }
        }
        all
    }

    fn frozen_record(&self, newest: &Newest<'_>, record: &Record) -> TokenStream {
        let stated =
            |release: &&abi_lock::Release| release.records.iter().any(|other| other.name == record.name);
        self.frozen(newest, stated, (record.id, record.version, record.size), &record.name, &record.fields)
    }

    fn frozen_struct(&self, newest: &Newest<'_>, composite: &Composite) -> TokenStream {
        let stated =
            |release: &&abi_lock::Release| release.structs.iter().any(|other| other.name == composite.name);
        self.frozen(newest, stated, (0, 0, 0), &composite.name, &composite.fields)
    }

    fn frozen(
        &self,
        newest: &Newest<'_>,
        stated: impl FnMut(&&abi_lock::Release) -> bool,
        (id, version, size): (u16, u16, u32),
        name: &str,
        fields: &[Field],
    ) -> TokenStream {
        let release = self.lock.releases.iter().rev().find(stated).map_or(0, |release| release.number);
        let mut text = Frozen { newest, fields: String::new(), types: String::new(), known: Vec::new() };
        text.add(fields, None, 0, name);
        let (fields, types) = (text.fields, text.types);
        let acknowledged = self.acknowledgements.iter().map(|one| {
            let (rule, subject) = (&one.rule, &one.subject);
            quote!((#rule, #subject))
        });
        let (release, id, version) =
            (Literal::u32_unsuffixed(release), Literal::u16_unsuffixed(id), Literal::u16_unsuffixed(version));
        quote! {
            __abi::Frozen {
                release: #release, id: #id, version: #version, size: #size,
                fields: #fields, types: #types, acknowledged: &[#(#acknowledged),*],
            }
        }
    }
}

/// A frozen layout in the words that `abi_schema::frozen` reads.
struct Frozen<'n> {
    newest: &'n Newest<'n>,
    fields: String,
    types: String,
    known: Vec<Type>,
}

impl Frozen<'_> {
    /// Adds a line for each field that is no composite, at its absolute bytes.
    fn add(&mut self, fields: &[Field], top: Option<&Field>, base: u32, owner: &str) {
        for field in fields {
            let top = top.unwrap_or(field);
            let offset = base.saturating_add(field.offset);
            if let Type::Struct(name) = &field.ty
                && let Some(composite) = self.newest.composite(name).cloned()
            {
                self.add(&composite.fields, Some(top), offset, &composite.name);
                continue;
            }
            self.add_line(field, top, offset, owner);
            self.add_type(&field.ty);
        }
    }

    fn add_line(&mut self, field: &Field, top: &Field, offset: u32, owner: &str) {
        let Field { size, ty, name, meaning, .. } = field;
        let (since, bytes_since, deprecated) = (top.since, top.bytes_since, top.deprecated.unwrap_or(0));
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let scale = meaning.scale.map(|[numerator, denominator]| format!("{numerator}/{denominator}"));
        let absent = meaning.absent.map(|absent| absent.to_string());
        let digest = self.newest.type_digest(ty);
        let (reserved, private) = (u8::from(field.reserved || top.reserved), u8::from(meaning.private));
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.fields,
            "{offset} {size} {name} {owner}.{name} {ty} {digest} {since} {bytes_since} {deprecated} {reserved} {} {} {} {} {} {private}",
            or_nothing(&meaning.unit),
            or_nothing(&scale),
            or_nothing(&meaning.clock),
            or_nothing(&meaning.kind),
            or_nothing(&absent),
        );
    }

    /// Adds the block of a code or of flags, once.
    fn add_type(&mut self, ty: &Type) {
        let (noun, name) = match ty {
            Type::Array(element, _) => return self.add_type(element),
            Type::Code(name) => (Noun::Code, name),
            Type::Flags(name) => (Noun::Flags, name),
            Type::Scalar(_) | Type::Name(_) | Type::Struct(_) => return,
        };
        let Some(Enumeration { repr, values, retired, .. }) = self.newest.enumeration(noun, name) else {
            return;
        };
        if self.known.contains(ty) {
            return;
        }
        self.known.push(ty.clone());
        let _ = writeln!(self.types, "{ty} {} {}", repr.name(), values.len() + retired.len());
        for (live, (name, value)) in
            values.iter().map(|value| (1, value)).chain(retired.iter().map(|value| (0, value)))
        {
            let _ = writeln!(self.types, "{value} {name} {live}");
        }
    }
}
