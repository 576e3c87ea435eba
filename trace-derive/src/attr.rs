//! `#[trace(...)]`: each value checked where it is written.

use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta, Path, Token, parse_quote};

use crate::ast::{At, Role};
use crate::report::Report;
use crate::value::{bare, fraction, integer, number, ordinal, path, symbol, value_of, word};

/// What `#[trace(...)]` says of a whole item.
pub(crate) struct StructArgs {
    pub(crate) krate: Path,
    pub(crate) id: Option<At<u16>>,
    pub(crate) version: At<u16>,
    pub(crate) class: Option<At<&'static str>>,
}

/// What `#[trace(...)]` says of a field.
#[derive(Default)]
pub(crate) struct FieldArgs {
    pub(crate) reserved: Option<At<()>>,
    pub(crate) since: Option<At<u16>>,
    pub(crate) deprecated: Option<At<u16>>,
    pub(crate) claims: Option<At<u16>>,
    pub(crate) unit: Option<At<String>>,
    pub(crate) scale: Option<At<(u32, u32)>>,
    pub(crate) clock: Option<At<String>>,
    pub(crate) kind: Option<At<&'static str>>,
    pub(crate) absent: Option<At<i128>>,
    pub(crate) privacy: Option<At<&'static str>>,
}

/// The words that `class` may be, each with its variant's name in the schema.
const CLASSES: &[(&str, &str)] = &[("vital", "Vital"), ("normal", "Normal"), ("bulk", "Bulk")];
const KINDS: &[(&str, &str)] =
    &[("counter", "Counter"), ("gauge", "Gauge"), ("delta", "Delta"), ("identity", "Identity")];
const PRIVACIES: &[(&str, &str)] = &[("public", "Public"), ("private", "Private")];

impl StructArgs {
    pub(crate) fn parse(role: Role, ident: &Ident, attrs: &[Attribute], report: &mut Report) -> Self {
        let (mut krate, mut id, mut version, mut class, mut instrument) = (None, None, None, None, None);
        let mut stated = false;
        each_argument(attrs, report, |meta, report| {
            let key = key_of(meta);
            stated |= key == "id";
            match (key.as_str(), role) {
                ("crate", _) => set(&mut krate, meta, path, report),
                ("id", Role::Record) => set(&mut id, meta, number, report),
                ("version", Role::Record) => set(&mut version, meta, ordinal, report),
                ("class", Role::Record) => set(&mut class, meta, |m| word(m, CLASSES), report),
                ("instrument", Role::Record) => set(&mut instrument, meta, bare, report),
                (_, Role::Record) => unknown(meta, "a record", "id, version, class, crate", report),
                (_, Role::Composite) => {
                    unknown(
                        meta,
                        "a composite, which is frozen whole and has no id or version",
                        "crate",
                        report,
                    );
                }
            }
        });
        match id {
            None if role == Role::Record && !stated => report.push(
                ident.span(),
                "a record has an id that people chose: write `#[trace(id = 0x0100)]` with one that its catalog has never given out (REC-14)",
            ),
            Some(At { value: ..0x0100, span }) if instrument.is_none() => report.push(
                span,
                "ids 0x0000 to 0x00ff belong to the instrument itself: choose one from 0x0100 to 0xffff (REC-14)",
            ),
            _ => {}
        }
        Self {
            krate: krate.map_or_else(|| parse_quote!(::abi_runtime), |at: At<Path>| at.value),
            id,
            version: version.unwrap_or(At { value: 1, span: ident.span() }),
            class,
        }
    }
}

impl FieldArgs {
    pub(crate) fn parse(attrs: &[Attribute], report: &mut Report) -> Self {
        let mut args = Self::default();
        each_argument(attrs, report, |meta, report| match key_of(meta).as_str() {
            "reserved" => set(&mut args.reserved, meta, bare, report),
            "since" => set(&mut args.since, meta, ordinal, report),
            "deprecated" => set(&mut args.deprecated, meta, ordinal, report),
            "claims" => set(&mut args.claims, meta, ordinal, report),
            "unit" => set(&mut args.unit, meta, symbol, report),
            "scale" => set(&mut args.scale, meta, fraction, report),
            "clock" => set(&mut args.clock, meta, symbol, report),
            "kind" => set(&mut args.kind, meta, |m| word(m, KINDS), report),
            "absent" => set(&mut args.absent, meta, integer, report),
            "privacy" => set(&mut args.privacy, meta, |m| word(m, PRIVACIES), report),
            _ => {
                let known = "since, deprecated, reserved, claims, unit, scale, clock, kind, absent, privacy";
                unknown(meta, "a field", known, report);
            }
        });
        args
    }
}

/// Gives each argument of each `#[trace(...)]` to `take`.
pub(crate) fn each_argument(
    attrs: &[Attribute],
    report: &mut Report,
    mut take: impl FnMut(&Meta, &mut Report),
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("trace")) {
        let parsed = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        for meta in report.take(parsed).into_iter().flatten() {
            take(&meta, report);
        }
    }
}

/// Returns the first word of an argument.
pub(crate) fn key_of(meta: &Meta) -> String {
    meta.path().get_ident().map_or_else(String::new, ToString::to_string)
}

/// Stores the argument's value, unless it was given before or is wrong.
pub(crate) fn set<T>(
    slot: &mut Option<At<T>>,
    meta: &Meta,
    read: impl Fn(&Meta) -> syn::Result<T>,
    report: &mut Report,
) {
    if slot.is_some() {
        report.push(meta.span(), format!("`{}` is given twice: keep one", key_of(meta)));
    } else if let Some(value) = report.take(read(meta)) {
        let span = value_of(meta).map_or_else(|_| meta.span(), Spanned::span);
        *slot = Some(At { value, span });
    }
}

/// Reports an argument that the place does not have.
pub(crate) fn unknown(meta: &Meta, place: &str, known: &str, report: &mut Report) {
    let name = meta.path().to_token_stream();
    report.push(meta.path().span(), format!("`{name}` is no attribute of {place}: it may be {known}"));
}

/// Returns whether an attribute makes what it stands on depend on the build.
pub(crate) fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}
