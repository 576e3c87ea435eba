//! `#[trace(retired(Lost = 4))]`: numbers that were given out once and never will be again (REC-16).

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, Meta, MetaNameValue, Token, UnOp};

use crate::enumeration::Variant;
use crate::report::Report;
use crate::value::error;

/// A number that had a name once.
pub(crate) struct Retired {
    pub(crate) name: String,
    pub(crate) value: i128,
    span: Span,
}

/// Reads `retired(Name = number, ...)`.
pub(crate) fn parse(meta: &Meta) -> syn::Result<Vec<Retired>> {
    let shape = "`retired` lists names and numbers: write `retired(Name = 4)`";
    let Meta::List(list) = meta else { return error(meta.span(), shape) };
    let pairs = list.parse_args_with(Punctuated::<MetaNameValue, Token![,]>::parse_terminated)?;
    let read = |pair: &MetaNameValue| {
        let Some(name) = pair.path.get_ident() else { return error(pair.path.span(), shape) };
        let (digits, negative) = match &pair.value {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (&**expr, true),
            plain => (plain, false),
        };
        let Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) = digits else {
            return error(pair.value.span(), "a retired number is an integer literal");
        };
        let number: i128 = int.base10_parse()?;
        let value = if negative { -number } else { number };
        Ok(Retired { name: name.to_string(), value, span: pair.span() })
    };
    pairs.iter().map(read).collect()
}

/// Reports numbers and names that are retired and live, or retired twice, or that the integer cannot hold.
pub(crate) fn check(retired: &[Retired], variants: &[Variant], repr: &str, report: &mut Report) {
    for (at, one) in retired.iter().enumerate() {
        let name = &one.name;
        if variants.iter().any(|variant| variant.name() == *name) {
            report.push(
                one.span,
                format!("`{name}` is retired and is a variant: a name is never given out again (REC-16)"),
            );
        }
        let before = retired.get(..at).unwrap_or_default();
        if before.iter().any(|other| other.name == *name || other.value == one.value) {
            report.push(one.span, format!("`{name}` or its number is retired twice: keep one (REC-16)"));
        }
        if !range(repr).contains(&one.value) {
            report.push(one.span, format!("{} is no number of `{repr}` (REC-16)", one.value));
        }
    }
}

/// Returns the numbers of an integer type.
fn range(repr: &str) -> std::ops::RangeInclusive<i128> {
    let bits: u32 = repr.get(1..).and_then(|bits| bits.parse().ok()).unwrap_or(64);
    let half = 1_i128 << (bits - 1);
    if repr.starts_with('i') { -half..=half - 1 } else { 0..=2 * half - 1 }
}
