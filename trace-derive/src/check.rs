//! What tokens show of a broken law (REC-5, VER-1, VER-3, VER-8). What only rustc knows, const assertions find later.

use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token, Type, punctuated::Punctuated};

use crate::ast::{Field, Role, Struct};
use crate::attr::FieldArgs;
use crate::report::Report;

/// Reports every rule that the tokens of `item` break.
///
/// Versions are looked at only when everything else could be read: a misspelt `since` is one
/// mistake, not also a version without a field.
pub(crate) fn check_struct(item: &Struct, report: &mut Report) {
    if item.fields.is_empty() {
        return;
    }
    let readable = report.is_empty();
    check_repr(item, report);
    for field in &item.fields {
        check_tokens(field, report);
        match item.role {
            Role::Record if readable => check_field(item, field, report),
            Role::Record => {}
            Role::Composite => check_part(field, report),
        }
    }
    if item.role == Role::Record && report.is_empty() {
        check_order(item, report);
        check_versions(item, report);
    }
}

/// Requires `repr(C)` and nothing beside it.
fn check_repr(item: &Struct, report: &mut Report) {
    let mut found = false;
    for attr in item.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let parsed = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        for meta in report.take(parsed).into_iter().flatten() {
            if meta.path().is_ident("C") {
                found = true;
                continue;
            }
            let why = if meta.path().is_ident("packed") {
                "`repr(packed)` puts fields where C and other targets do not: remove it, and write padding as `#[trace(reserved)]` fields"
            } else if meta.path().is_ident("align") {
                "`repr(align)` adds bytes that no field names: remove it; a record starts at a multiple of 8 anyway"
            } else {
                "a record's and a composite's layout is that of `#[repr(C)]` alone"
            };
            report.push(meta.span(), why);
            found = true;
        }
    }
    if !found {
        let message = format!(
            "{} needs `#[repr(C)]`: without it rustc may reorder the fields, differently with each compiler",
            item.role.noun()
        );
        report.push(item.ident.span(), message);
    }
}

/// Checks that a field is there in every build, and takes bytes as far as tokens show.
fn check_tokens(field: &Field, report: &mut Report) {
    if let Some(attr) = field.attrs.iter().find(|attr| is_cfg(attr)) {
        let message = "a field under `cfg` gives one id two layouts: make the field unconditional, or write two records with two ids";
        report.push(attr.path().span(), message);
    }
    if let Type::Array(array) = &field.ty
        && let Expr::Lit(ExprLit { lit: Lit::Int(len), .. }) = &array.len
        && len.base10_parse::<u64>().is_ok_and(|len| len == 0)
    {
        let message = "an array of 0 elements takes no bytes: remove the field, or give it a length";
        report.push(len.span(), message);
    }
}

/// Checks what a composite's field says of itself.
fn check_part(field: &Field, report: &mut Report) {
    let FieldArgs { since, deprecated, claims, .. } = &field.args;
    for at in [since, deprecated, claims].into_iter().flatten() {
        let message = "a composite is frozen whole and has no versions: say it of the record's field instead";
        report.push(at.span, message);
    }
}

/// Checks what a record's field says of itself.
fn check_field(item: &Struct, field: &Field, report: &mut Report) {
    let args = &field.args;
    let version = item.args.version.value;
    for (word, at) in [("since", &args.since), ("deprecated", &args.deprecated)] {
        if let Some(at) = at.as_ref().filter(|at| at.value > version) {
            let message = format!(
                "`{word} = {}` is beyond the record's version {version}: write `version = {0}` at the struct",
                at.value
            );
            report.push(at.span, message);
        }
    }
    if let Some(at) = args.deprecated.filter(|at| at.value <= field.since()) {
        let message = format!(
            "`{}` appeared in version {} and can be deprecated only in a later one",
            field.name(),
            field.since()
        );
        report.push(at.span, message);
    }
    if let Some(claims) = args.claims {
        if field.reserved() {
            report.push(claims.span, "reserved bytes claim nothing: remove `claims`, or remove `reserved`");
        } else if claims.value >= field.since() {
            let message = format!(
                "`claims = {}` states when the bytes were first reserved, so it is below the field's `since`, which is {}",
                claims.value,
                field.since()
            );
            report.push(claims.span, message);
        }
    }
    if let Some(reserved) = args.reserved {
        let meaning = args.unit.is_some()
            || args.scale.is_some()
            || args.clock.is_some()
            || args.kind.is_some()
            || args.absent.is_some()
            || args.privacy.is_some();
        if meaning || args.deprecated.is_some() {
            report.push(
                reserved.span,
                "reserved bytes are zero and mean nothing: keep `reserved` and `since` only",
            );
        }
    }
}

/// Requires that versions are prefixes: no field is older than the one before it.
fn check_order(item: &Struct, report: &mut Report) {
    let mut newest: Option<&Field> = None;
    let mut held: Option<(&Field, u16)> = None;
    for (field, bytes_since) in item.fields.iter().zip(item.bytes_since()) {
        if let (Some(before), None, None) = (newest, field.args.claims, field.args.reserved)
            && field.since() < before.since()
        {
            let message = format!(
                "`{}` is of version {} but lies after `{}` of version {}: append it with `since = {}`, or, if its bytes were reserved before, say so with `claims = {}`",
                field.name(),
                field.since(),
                before.name(),
                before.since(),
                before.since(),
                field.since(),
            );
            report.push(field.ident.span(), message);
        }
        if field.args.claims.is_none() && !field.reserved() {
            newest = Some(field);
        }
        if let Some((before, its)) = held
            && bytes_since < its
        {
            let at = field.args.claims.or(field.args.since).map_or(field.ident.span(), |at| at.span);
            let message = format!(
                "version {bytes_since} had no bytes here: `{}` before it lies in bytes that came with version {its}",
                before.name(),
            );
            if field.args.claims.is_some() || field.reserved() {
                report.push(at, message);
            }
        }
        if held.is_none_or(|(_, its)| bytes_since > its) {
            held = Some((field, bytes_since));
        }
    }
}

/// Requires that each version after the first changed something.
fn check_versions(item: &Struct, report: &mut Report) {
    let version = item.args.version;
    let introduced = |wanted: u16| {
        item.fields.iter().any(|field| {
            let since = field.args.since.filter(|_| !field.reserved());
            [since, field.args.deprecated].into_iter().flatten().any(|at| at.value == wanted)
        })
    };
    if let Some(hole) = (2..=version.value).find(|&wanted| !introduced(wanted)) {
        let message = format!(
            "version {hole} of 2 to {} changed nothing: no field has `since = {hole}` or `deprecated = {hole}`; number versions without holes",
            version.value
        );
        report.push(version.span, message);
    }
}

/// Returns whether an attribute makes what it stands on depend on the build.
fn is_cfg(attr: &Attribute) -> bool {
    attr.path().is_ident("cfg") || attr.path().is_ident("cfg_attr")
}
