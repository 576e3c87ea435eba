//! `#[trace(retired(Lost = 4))]`: numbers that were given out once and never will be again (REC-16).

use abi_schema::{MAX_VALUES, Scalar};
use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, Meta, MetaNameValue, Token, UnOp};

use crate::ast::{plain_name, report_name};
use crate::enumeration::Variant;
use crate::report::Report;
use crate::value::{error, ungrouped};

/// A number that had a name once.
pub(crate) struct Retired {
    pub(crate) name: String,
    pub(crate) value: i128,
    pub(crate) span: Span,
}

/// Reads `retired(Name = number, ...)`.
pub(crate) fn parse(meta: &Meta) -> syn::Result<Vec<Retired>> {
    let shape = "`retired` lists names and numbers: write `retired(Name = 4)`";
    let Meta::List(list) = meta else { return error(meta.span(), shape) };
    let pairs = list.parse_args_with(Punctuated::<MetaNameValue, Token![,]>::parse_terminated)?;
    let read = |pair: &MetaNameValue| {
        let Some(name) = pair.path.get_ident() else { return error(pair.path.span(), shape) };
        let (digits, negative) = match ungrouped(&pair.value) {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (&**expr, true),
            plain => (plain, false),
        };
        let Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) = ungrouped(digits) else {
            return error(pair.value.span(), "a retired number is an integer literal");
        };
        let number: i128 = int.base10_parse()?;
        let value = if negative { -number } else { number };
        Ok(Retired { name: plain_name(name), value, span: pair.span() })
    };
    pairs.iter().map(read).collect()
}

/// Reports numbers and names that are retired and live, or retired twice, or that the integer cannot hold.
pub(crate) fn check(retired: &[Retired], variants: &[Variant], repr: &str, report: &mut Report) {
    if let Some(one) = retired.get(MAX_VALUES) {
        report.push(one.span, format!("an enum retires at most {MAX_VALUES} numbers (REC-17)"));
    }
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
        report_name(name, one.span, report);
        if !holds(repr, one.value) {
            report.push(one.span, format!("{} is no number of `{repr}` (REC-12)", one.value));
        }
    }
}

/// Returns whether an integer type has the number.
fn holds(repr: &str, value: i128) -> bool {
    Scalar::ALL.into_iter().any(|scalar| scalar.name() == repr && scalar.holds(value))
}
