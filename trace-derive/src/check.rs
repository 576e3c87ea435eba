//! What tokens show of a broken law (REC-5, VER-1, VER-3, VER-8). What only rustc knows, const assertions find later.

use abi_schema::{
    Fault, Field as Stated, FieldMeaning, Kind, Order, Privacy, Scale, TypeSchema, check_holes, check_marks,
    check_part,
};
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, Lit, Meta, Token, Type, punctuated::Punctuated};

use crate::ast::{Field, Role, Struct};
use crate::attr::{FieldArgs, is_cfg};
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
    }
    match item.role {
        Role::Record if readable => check_fields(item, report),
        Role::Record => {}
        Role::Composite => check_parts(item, report),
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
        let message = "a field under `cfg` gives one id two layouts: make the field unconditional, or write two records with two ids (REC-5)";
        report.push(attr.path().span(), message);
    }
    if let Type::Array(array) = &field.ty
        && let Expr::Lit(ExprLit { lit: Lit::Int(len), .. }) = &array.len
        && len.base10_parse::<u64>().is_ok_and(|len| len == 0)
    {
        let message = "an array of 0 elements takes no bytes: remove the field, or give it a length (REC-7)";
        report.push(len.span(), message);
    }
}

/// Returns what the tokens of the fields state, as the schema will; where they lie, only rustc knows.
fn stated(item: &Struct) -> Vec<Stated<'_>> {
    item.fields
        .iter()
        .zip(item.bytes_since())
        .map(|(field, bytes_since)| {
            let args = &field.args;
            let since = if field.reserved() && args.claims.is_none() { bytes_since } else { field.since() };
            Stated {
                name: "",
                doc: "",
                ty: TypeSchema::Name(1),
                offset: 0,
                size: 1,
                since,
                bytes_since,
                deprecated: args.deprecated.map_or(0, |at| at.value),
                reserved: field.reserved(),
                meaning: FieldMeaning {
                    unit: args.unit.as_ref().map_or("", |at| &at.value),
                    scale: args.scale.map(|at| Scale { numerator: at.value.0, denominator: at.value.1 }),
                    clock: args.clock.as_ref().map_or("", |at| &at.value),
                    // Which one it is makes no difference here.
                    kind: args.kind.map(|_| Kind::Gauge),
                    absent: args.absent.map(|at| at.value),
                    privacy: args.privacy.map_or(Privacy::Public, |_| Privacy::Private),
                },
                digest: 0,
            }
        })
        .collect()
}

/// Checks what a composite's fields say of themselves.
fn check_parts(item: &Struct, report: &mut Report) {
    for field in &item.fields {
        let FieldArgs { since, deprecated, claims, .. } = &field.args;
        for at in [since, deprecated, claims].into_iter().flatten() {
            let message = "a composite is frozen whole and has no versions: say it of the record's field instead (VER-8)";
            report.push(at.span, message);
        }
    }
    let fields = stated(item);
    for (at, field) in item.fields.iter().enumerate() {
        if let Some(fault @ Fault::Reserved { .. }) = check_part(&fields, at) {
            say(item, field, fault, report);
        }
    }
}

/// Checks what a record's fields say of themselves, and, when that is right, their order and the versions.
fn check_fields(item: &Struct, report: &mut Report) {
    let fields = stated(item);
    let version = item.args.version;
    for (at, field) in item.fields.iter().enumerate() {
        // That a claim claims nothing, only tokens show.
        let fault = match field.args.claims {
            Some(_) if field.reserved() => Some(Fault::Reserved { field: at }),
            Some(claims) if claims.value >= field.since() => Some(Fault::Versions { field: at }),
            _ => check_marks(&fields, at, version.value),
        };
        if let Some(fault) = fault {
            say(item, field, fault, report);
        }
    }
    if !report.is_empty() {
        return;
    }
    let mut order = Order::new();
    for (at, field) in item.fields.iter().enumerate() {
        if let Some(fault) = order.next(&fields, at) {
            say(item, field, fault, report);
        }
    }
    if !report.is_empty() {
        return;
    }
    if let Some(fault @ Fault::Hole { version: hole }) = check_holes(&fields, version.value) {
        let rule = fault.rule();
        let message = if hole == 1 {
            format!("no field is of version 1: each record began with one; number versions from 1 ({rule})")
        } else {
            format!(
                "version {hole} of 2 to {} changed nothing: no field has `since = {hole}` or `deprecated = {hole}`; number versions without holes ({rule})",
                version.value
            )
        };
        report.push(version.span, message);
    }
}

/// Reports a fault of a field where the person wrote what is wrong.
fn say(item: &Struct, field: &Field, fault: Fault, report: &mut Report) {
    let args = &field.args;
    let rule = fault.rule();
    match fault {
        Fault::Versions { .. } => say_versions(item, field, rule, report),
        Fault::Reserved { .. } => {
            if let Some(claims) = args.claims {
                let message =
                    format!("reserved bytes claim nothing: remove `claims`, or remove `reserved` ({rule})");
                report.push(claims.span, message);
            } else if let Some(reserved) = args.reserved {
                let message = format!(
                    "reserved bytes are zero and mean nothing: keep `reserved` and `since` only ({rule})"
                );
                report.push(reserved.span, message);
            }
        }
        Fault::SinceDecreases { field: at } => {
            let older = |other: &&Field| {
                other.args.claims.is_none() && !other.reserved() && other.since() > field.since()
            };
            let Some(before) = item.fields.iter().take(at).rfind(older) else { return };
            let message = format!(
                "`{}` is of version {} but lies after `{}` of version {}: append it with `since = {}`, or, if its bytes were reserved before, say so with `claims = {}` ({rule})",
                field.name(),
                field.since(),
                before.name(),
                before.since(),
                before.since(),
                field.since(),
            );
            report.push(field.ident.span(), message);
        }
        Fault::BytesDecrease { field: at } => {
            let all = item.bytes_since();
            let own = all.get(at).copied().unwrap_or(1);
            let older = |(_, its): &(&Field, u16)| *its > own;
            let Some((before, its)) = item.fields.iter().zip(all).take(at).rfind(older) else {
                return;
            };
            let span = args.claims.or(args.since).map_or(field.ident.span(), |at| at.span);
            let message = format!(
                "version {own} had no bytes here: `{}` before it lies in bytes that came with version {its} ({rule})",
                before.name(),
            );
            report.push(span, message);
        }
        // Everything else is checked where its attribute is read.
        _ => {}
    }
}

/// Reports versions of one field that do not grow.
fn say_versions(item: &Struct, field: &Field, rule: &str, report: &mut Report) {
    let args = &field.args;
    let version = item.args.version.value;
    for (word, at) in [("since", &args.since), ("deprecated", &args.deprecated)] {
        if let Some(at) = at.as_ref().filter(|at| at.value > version) {
            let message = format!(
                "`{word} = {}` is beyond the record's version {version}: write `version = {0}` at the struct ({rule})",
                at.value
            );
            report.push(at.span, message);
        }
    }
    if let Some(at) = args.deprecated.filter(|at| at.value <= field.since()) {
        let message = format!(
            "`{}` appeared in version {} and can be deprecated only in a later one ({rule})",
            field.name(),
            field.since()
        );
        report.push(at.span, message);
    }
    if let Some(claims) = args.claims.filter(|claims| claims.value >= field.since()) {
        let message = format!(
            "`claims = {}` states when the bytes were first reserved, so it is below the field's `since`, which is {} ({rule})",
            claims.value,
            field.since()
        );
        report.push(claims.span, message);
    }
}
