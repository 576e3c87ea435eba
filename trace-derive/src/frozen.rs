//! What was released, in the words that `abi_schema::frozen` reads.

use std::fmt::Write as _;

use abi_lock::{Composite, Enumeration, Field, Newest, Noun, Record, Type};
use abi_schema::digest::path_digest;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::lock::Held;

/// Everything that was released last, and by which release.
pub(crate) struct Frozen<'h> {
    held: &'h Held,
    pub(crate) newest: Newest<'h>,
}

/// One whole.
struct Whole<'w> {
    name: &'w str,
    release: u32,
    id: u16,
    version: u16,
    fields: &'w [Field],
}

impl<'h> Frozen<'h> {
    /// Puts the newest release together; there is nothing when there is no lock.
    pub(crate) fn of(held: &'h Held) -> Self {
        Self { held, newest: held.lock.as_ref().map(abi_lock::Lock::newest).unwrap_or_default() }
    }

    /// Returns what was released of a record, as an expression.
    pub(crate) fn record(&self, record: &Record) -> TokenStream {
        let Record { name, id, version, fields, .. } = record;
        let release = self.release_of(|release| release.records.iter().any(|other| other.name == *name));
        self.expression(&Whole { name, release, id: *id, version: *version, fields })
    }

    /// Returns what was released of a composite, as an expression.
    pub(crate) fn composite(&self, composite: &Composite) -> TokenStream {
        let Composite { name, fields, .. } = composite;
        let release = self.release_of(|release| release.structs.iter().any(|other| other.name == *name));
        self.expression(&Whole { name, release, id: 0, version: 1, fields })
    }

    /// Returns what was released of a code or of flags, as an expression.
    pub(crate) fn names(&self, enumeration: &Enumeration) -> TokenStream {
        let Enumeration { noun, name, .. } = enumeration;
        let is_it = |other: &Enumeration| other.noun == *noun && other.name == *name;
        let release = self.release_of(|release| release.enumerations.iter().any(is_it));
        let block = names(&type_of(enumeration), enumeration);
        self.stated(&Whole { name, release, id: 0, version: 1, fields: &[] }, "", &block)
    }

    /// Returns the codes and flags that fields name, through arrays and composites.
    pub(crate) fn enumerations(&self, fields: &[Field]) -> Vec<&Enumeration> {
        let mut found = Vec::new();
        for field in fields {
            self.add_enumerations(&field.ty, &mut found);
        }
        found
    }

    fn add_enumerations<'s>(&'s self, ty: &Type, found: &mut Vec<&'s Enumeration>) {
        match ty {
            Type::Scalar(_) | Type::Name(_) => {}
            Type::Array(element, _) => self.add_enumerations(element, found),
            Type::Code(name) => found.extend(self.newest.enumeration(Noun::Code, name)),
            Type::Flags(name) => found.extend(self.newest.enumeration(Noun::Flags, name)),
            Type::Struct(name) => {
                let fields = self.newest.composite(name).map(|composite| &composite.fields);
                fields.into_iter().flatten().for_each(|field| self.add_enumerations(&field.ty, found));
            }
        }
    }

    fn release_of(&self, states: impl Fn(&abi_lock::Release) -> bool) -> u32 {
        let releases = self.held.lock.iter().flat_map(|lock| &lock.releases);
        releases.filter(|release| states(release)).last().map_or(0, |release| release.number)
    }

    fn expression(&self, whole: &Whole<'_>) -> TokenStream {
        let mut text = Text { newest: &self.newest, types: String::new(), known: Vec::new() };
        let fields = text.fields(whole.name, whole.fields);
        self.stated(whole, &fields, &text.types)
    }

    fn stated(&self, whole: &Whole<'_>, fields: &str, types: &str) -> TokenStream {
        let acknowledged = self.held.acknowledgements.iter().map(|one| {
            let (rule, subject) = (&one.rule, &one.subject);
            quote!((#rule, #subject))
        });
        let (Whole { name, release, id, version, .. }, minor_number) = (whole, self.held.minor_number);
        let (release, id) = (Literal::u32_unsuffixed(*release), Literal::u16_unsuffixed(*id));
        let version = Literal::u16_unsuffixed(*version);
        let count = Literal::usize_unsuffixed(whole.fields.len());
        let digest = Literal::u64_unsuffixed(self.newest.fields_digest(whole.fields));
        quote! {
            __abi::Frozen {
                name: #name, release: #release, id: #id, version: #version, count: #count, digest: #digest,
                minor_number: #minor_number,
                fields: #fields, types: #types, acknowledged: &[#(#acknowledged),*],
            }
        }
    }
}

/// A text that is written.
struct Text<'n> {
    newest: &'n Newest<'n>,
    /// The types that fields name, a block each.
    types: String,
    known: Vec<Type>,
}

/// A field on its way down to what is no composite.
struct Leaf<'f> {
    field: &'f Field,
    top: &'f Field,
    owner: &'f str,
    inside: bool,
    path: u64,
    private: bool,
    offset: u32,
}

impl Text<'_> {
    /// Returns how many fields there are, composites taken apart, and a line for each.
    fn fields(&mut self, owner: &str, fields: &[Field]) -> String {
        let mut lines = Vec::new();
        for field in fields {
            let (path, private) = (path_digest(0, &field.name), field.meaning.private);
            let offset = field.offset;
            self.add(&Leaf { field, top: field, owner, inside: false, path, private, offset }, &mut lines);
        }
        format!("{} {}", lines.len(), lines.concat())
    }

    fn add(&mut self, leaf: &Leaf<'_>, lines: &mut Vec<String>) {
        if let Type::Struct(name) = &leaf.field.ty
            && let Some(composite) = self.newest.composite(name).cloned()
        {
            for field in &composite.fields {
                let part = Leaf {
                    field,
                    owner: &composite.name,
                    inside: true,
                    path: path_digest(leaf.path, &field.name),
                    private: leaf.private || field.meaning.private,
                    offset: leaf.offset.saturating_add(field.offset),
                    ..*leaf
                };
                self.add(&part, lines);
            }
            return;
        }
        lines.push(self.line(leaf));
        self.add_type(&leaf.field.ty);
    }

    /// Returns a field's line: what is not stated is empty, or 0.
    fn line(&self, leaf: &Leaf<'_>) -> String {
        let Leaf { owner, path, offset, top, .. } = leaf;
        let Field { size, ty, name, meaning, .. } = leaf.field;
        let digest = self.newest.type_digest(ty);
        let holder =
            if leaf.inside { format!("{} {} {}", top.name, top.offset, top.size) } else { "  ".to_owned() };
        let [inside, private, reserved] =
            [leaf.inside, leaf.private, leaf.field.reserved || top.reserved].map(u8::from);
        let (since, bytes_since, deprecated) = (top.since, top.bytes_since, top.deprecated.unwrap_or(0));
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let (unit, clock, kind) = (word(&meaning.unit), word(&meaning.clock), word(&meaning.kind));
        let scale = meaning.scale.map(|[numerator, denominator]| format!("{numerator}/{denominator}"));
        let absent = meaning.absent.map(|absent| absent.to_string());
        let (scale, absent) = (scale.unwrap_or_default(), absent.unwrap_or_default());
        format!(
            "{offset} {size} {name} {owner} {path} {inside} {holder} {ty} {digest} {since} {bytes_since} {deprecated} {reserved} \
             {private} {unit} {scale} {clock} {kind} {absent}\n"
        )
    }

    /// Adds the block of a type that is named, once.
    fn add_type(&mut self, ty: &Type) {
        if self.known.contains(ty) {
            return;
        }
        let block = match ty {
            Type::Array(element, _) => return self.add_type(element),
            Type::Scalar(_) | Type::Name(_) => return,
            Type::Code(name) => self.newest.enumeration(Noun::Code, name).map(|code| names(ty, code)),
            Type::Flags(name) => self.newest.enumeration(Noun::Flags, name).map(|flags| names(ty, flags)),
            Type::Struct(name) => self.newest.composite(name).cloned().map(|composite| {
                format!("{ty} {} {}", composite.size, self.fields(&composite.name, &composite.fields))
            }),
        };
        self.known.push(ty.clone());
        self.types.push_str(&block.unwrap_or_default());
    }
}

/// Returns the type that fields of a code or of flags have. The word of a lock is its text.
pub(crate) fn type_of(enumeration: &Enumeration) -> Type {
    match enumeration.noun {
        Noun::Code => Type::Code(enumeration.name.clone()),
        Noun::Flags => Type::Flags(enumeration.name.clone()),
    }
}

/// Returns the block of a code or of flags.
fn names(ty: &Type, enumeration: &Enumeration) -> String {
    let Enumeration { repr, values, retired, .. } = enumeration;
    let mut block = format!("{ty} {} {}\n", repr.name(), values.len() + retired.len());
    let live = values.iter().map(|named| (named, 1));
    for ((name, number), live) in live.chain(retired.iter().map(|named| (named, 0))) {
        // Writing to a string cannot fail.
        let _ = writeln!(block, "{number} {name} {live}");
    }
    block
}
