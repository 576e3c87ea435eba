//! What stands after `=` in `#[trace(...)]`, each value checked where it is written.

use abi_schema::{MAX_WORD, is_word};
use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, Meta, Path, UnOp};

use crate::attr::key_of;

pub(crate) fn error<T>(span: Span, message: impl std::fmt::Display) -> syn::Result<T> {
    Err(syn::Error::new(span, message))
}

pub(crate) fn value_of(meta: &Meta) -> syn::Result<&Expr> {
    match meta {
        Meta::NameValue(pair) => Ok(ungrouped(&pair.value)),
        _ => error(meta.span(), format!("`{0}` takes a value: write `{0} = ...`", key_of(meta))),
    }
}

/// Returns an expression without the groups in which `macro_rules!` hands on what it matched as `$x:literal`.
pub(crate) fn ungrouped(mut value: &Expr) -> &Expr {
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    value
}

pub(crate) fn bare(meta: &Meta) -> syn::Result<()> {
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

pub(crate) fn integer(meta: &Meta) -> syn::Result<i128> {
    let value = value_of(meta)?;
    let (digits, negative) = match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (ungrouped(expr), true),
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

pub(crate) fn number(meta: &Meta) -> syn::Result<u16> {
    let value = integer(meta)?;
    value.try_into().or_else(|_| {
        error(
            value_of(meta)?.span(),
            format!("`{}` is {value}: it lies in 0 to 65535 (0xffff)", key_of(meta)),
        )
    })
}

pub(crate) fn ordinal(meta: &Meta) -> syn::Result<u16> {
    match number(meta)? {
        0 => error(value_of(meta)?.span(), format!("`{}` is 0: versions count from 1 (VER-1)", key_of(meta))),
        value => Ok(value),
    }
}

pub(crate) fn text_of(value: &Expr) -> Option<String> {
    match ungrouped(value) {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        _ => None,
    }
}

pub(crate) fn text(meta: &Meta) -> syn::Result<(String, Span)> {
    let value = value_of(meta)?;
    match text_of(value) {
        Some(text) => Ok((text, value.span())),
        None => error(value.span(), format!("`{}` takes text in double quotes", key_of(meta))),
    }
}

pub(crate) fn word(meta: &Meta, words: &[(&str, &'static str)]) -> syn::Result<&'static str> {
    let (text, span) = text(meta)?;
    words.iter().find(|(word, _)| *word == text).map(|(_, variant)| *variant).map_or_else(
        || {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            error(span, format!("`{}` is one of {} (REC-13)", key_of(meta), words.join(", ")))
        },
        Ok,
    )
}

pub(crate) fn symbol(meta: &Meta) -> syn::Result<String> {
    let (text, span) = text(meta)?;
    if is_word(&text) {
        Ok(text)
    } else {
        let key = key_of(meta);
        error(
            span,
            format!(
                "`{key}` is 1 to {MAX_WORD} bytes of printable ASCII without spaces, quotes and backslashes (REC-13)"
            ),
        )
    }
}

pub(crate) fn fraction(meta: &Meta) -> syn::Result<(u32, u32)> {
    let (text, span) = text(meta)?;
    let part = |text: &str| text.parse().ok().filter(|&part| part > 0 && !text.starts_with('+'));
    let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
    match (part(numerator), part(denominator)) {
        (Some(numerator), Some(denominator)) => Ok((numerator, denominator)),
        _ => error(
            span,
            "`scale` is what one step is worth, a fraction such as \"1/1000\", each part 1 to 4294967295 (REC-13)",
        ),
    }
}
