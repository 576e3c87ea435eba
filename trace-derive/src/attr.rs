//! `#[trace(...)]`: each value checked where it is written.

use proc_macro2::Span;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, ExprUnary, Ident, Lit, Meta, Path, Token, UnOp, parse_quote};

use crate::ast::{At, Role};
use crate::report::Report;

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

/// The longest `unit` or `clock`, in bytes: no unit in use comes near it.
const MAX_WORD: usize = 32;

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
                "a record has an id that people chose: write `#[trace(id = 0x0100)]` with one that its catalog has never given out",
            ),
            Some(At { value: ..0x0100, span }) if instrument.is_none() => report.push(
                span,
                "ids 0x0000 to 0x00ff belong to the instrument itself: choose one from 0x0100 to 0xffff",
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

/// Returns the doc text of an item: its lines joined by `\n`, one leading space of each stripped.
pub(crate) fn doc_text(attrs: &[Attribute]) -> String {
    let texts = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => text_of(&pair.value),
        _ => None,
    });
    let mut lines = Vec::new();
    for text in texts {
        lines.extend(text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()));
    }
    lines.join("\n")
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
        let span = value_of(meta).map_or_else(|_| meta.span(), |value| value.span());
        *slot = Some(At { value, span });
    }
}

/// Reports an argument that the place does not have.
pub(crate) fn unknown(meta: &Meta, place: &str, known: &str, report: &mut Report) {
    let name = meta.path().to_token_stream();
    report.push(meta.path().span(), format!("`{name}` is no attribute of {place}: it may be {known}"));
}

fn error<T>(span: Span, message: impl std::fmt::Display) -> syn::Result<T> {
    Err(syn::Error::new(span, message))
}

fn value_of(meta: &Meta) -> syn::Result<&Expr> {
    match meta {
        Meta::NameValue(pair) => Ok(&pair.value),
        _ => error(meta.span(), format!("`{0}` takes a value: write `{0} = ...`", key_of(meta))),
    }
}

fn bare(meta: &Meta) -> syn::Result<()> {
    match meta {
        Meta::Path(_) => Ok(()),
        _ => error(meta.span(), format!("`{0}` takes no value: write `{0}` alone", key_of(meta))),
    }
}

/// Reads `crate = ::path`.
pub(crate) fn path(meta: &Meta) -> syn::Result<Path> {
    match value_of(meta)? {
        Expr::Path(path) if path.qself.is_none() => Ok(path.path.clone()),
        other => {
            error(other.span(), "`crate` takes the path of abi-runtime, such as `crate = ::abi_runtime`")
        }
    }
}

fn integer(meta: &Meta) -> syn::Result<i128> {
    let value = value_of(meta)?;
    let (digits, negative) = match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (&**expr, true),
        plain => (plain, false),
    };
    match digits {
        Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => {
            let number: i128 = int.base10_parse()?;
            Ok(if negative { -number } else { number })
        }
        _ => error(value.span(), format!("`{}` takes an integer literal without a suffix", key_of(meta))),
    }
}

fn number(meta: &Meta) -> syn::Result<u16> {
    let value = integer(meta)?;
    value.try_into().or_else(|_| {
        error(
            value_of(meta)?.span(),
            format!("`{}` is {value}: it lies in 0 to 65535 (0xffff)", key_of(meta)),
        )
    })
}

fn ordinal(meta: &Meta) -> syn::Result<u16> {
    match number(meta)? {
        0 => error(value_of(meta)?.span(), format!("`{}` is 0: versions count from 1", key_of(meta))),
        value => Ok(value),
    }
}

fn text_of(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

fn text(meta: &Meta) -> syn::Result<(String, Span)> {
    let value = value_of(meta)?;
    match text_of(value) {
        Some(text) => Ok((text, value.span())),
        None => error(value.span(), format!("`{}` takes text in double quotes", key_of(meta))),
    }
}

fn word(meta: &Meta, words: &[(&str, &'static str)]) -> syn::Result<&'static str> {
    let (text, span) = text(meta)?;
    words.iter().find(|(word, _)| *word == text).map(|(_, variant)| *variant).map_or_else(
        || {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            error(span, format!("`{}` is one of {}", key_of(meta), words.join(", ")))
        },
        Ok,
    )
}

fn symbol(meta: &Meta) -> syn::Result<String> {
    let (text, span) = text(meta)?;
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\'' | b'\\');
    if (1..=MAX_WORD).contains(&text.len()) && text.bytes().all(plain) {
        Ok(text)
    } else {
        let key = key_of(meta);
        error(
            span,
            format!("`{key}` is 1 to {MAX_WORD} bytes of printable ASCII without quotes and backslashes"),
        )
    }
}

fn fraction(meta: &Meta) -> syn::Result<(u32, u32)> {
    let (text, span) = text(meta)?;
    let part = |text: &str| text.parse().ok().filter(|&part| part > 0 && !text.starts_with('+'));
    let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
    match (part(numerator), part(denominator)) {
        (Some(numerator), Some(denominator)) => Ok((numerator, denominator)),
        _ => error(
            span,
            "`scale` is what one step is worth, a fraction such as \"1/1000\", each part 1 to 4294967295",
        ),
    }
}
