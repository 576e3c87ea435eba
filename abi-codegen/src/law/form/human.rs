//! A report for people.

use super::fold::{Fold, Folded};
use super::page::{Page, Role};
use super::plain::plain;
use super::{Style, bytes, phrase, ruler, tally};
use crate::law::finding::{Finding, Span};
use crate::law::report::{Laid, Report, Verdict};
use crate::law::rule::Severity;
use crate::law::witness::{Side, Witness};

/// What stands before everything that belongs to a finding.
const MARGIN: &str = "  | ";

/// The same for the rest of a sentence.
const NEXT: &str = "  |   ";

/// What stands before what to do.
const ADVICE: &str = "  = ";

pub(super) fn write(report: &Report, verdict: Verdict, style: Style) -> String {
    let mut page = Page::new(style);
    let open = Folded::of(report.findings.iter().filter(|finding| phrase::is_open(finding)));
    for group in groups(&open.told) {
        write_group(&mut page, report, &group);
    }
    for fold in &open.folds {
        write_fold(&mut page, fold);
    }
    let short = Folded::of(report.findings.iter().filter(|finding| !phrase::is_open(finding)));
    for finding in &short.told {
        write_short(&mut page, finding);
    }
    for fold in &short.folds {
        if let Some(first) = fold.findings.first() {
            let rule = first.rule;
            let text = format!("{} more of {} {} are folded", fold.findings.len(), rule.id, rule.slug);
            page.wrap("", "  ", Role::Aside, &text);
        }
    }
    if !short.told.is_empty() {
        page.gap();
    }
    write_account(&mut page, report, verdict);
    page.into_text()
}

/// Returns the findings that are told at length, those about one record together.
fn groups<'f>(told: &[&'f Finding]) -> Vec<Vec<&'f Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for &finding in told {
        let of_record =
            |group: &&mut Vec<&Finding>| group.first().is_some_and(|first| first.record == finding.record);
        match groups.iter_mut().find(of_record) {
            Some(group) if finding.record.is_some() => group.push(finding),
            _ => groups.push(vec![finding]),
        }
    }
    groups
}

/// Writes findings about one record: its layouts are drawn once, with the first.
fn write_group(page: &mut Page, report: &Report, group: &[&Finding]) {
    let mut shown: Option<&Witness> = None;
    for (at, finding) in group.iter().enumerate() {
        write_head(page, finding);
        if at == 0 {
            write_drawing(page, report, group);
        }
        if let Some(witness) = &finding.witness {
            if shown.is_some_and(|before| before == witness) {
                page.wrap(MARGIN, NEXT, Role::Plain, "witness: the bytes above");
            } else {
                write_witness(page, report, finding, witness);
            }
            shown = Some(witness);
        }
        page.line(MARGIN, Role::Plain, "");
        if let Some(help) = phrase::help(finding) {
            page.wrap(ADVICE, NEXT, Role::Good, &help);
        }
        page.wrap(ADVICE, NEXT, Role::Aside, &format!("explain: {}", phrase::explain(finding)));
        page.gap();
    }
}

/// Writes what is left of a rule of which some findings were told at length: a line each, and the help once.
fn write_fold(page: &mut Page, fold: &Fold<'_>) {
    let Some(first) = fold.findings.first() else { return };
    let (rule, count) = (first.rule, fold.findings.len());
    let title = format!(
        "{} {} {}: {count} more of {}",
        phrase::severity(first.severity),
        rule.id,
        rule.slug,
        fold.of
    );
    page.wrap("", MARGIN, role(first.severity), &title);
    let (listed, unlisted) = fold.listed();
    for finding in listed {
        let text = format!("{}: {}", plain(&finding.subject), plain(&finding.what));
        page.wrap(MARGIN, NEXT, Role::Plain, &text);
    }
    if unlisted > 0 {
        let text = format!("and {unlisted} more: `--format json` has all of them");
        page.wrap(MARGIN, NEXT, Role::Aside, &text);
    }
    page.line(MARGIN, Role::Plain, "");
    page.wrap(ADVICE, NEXT, Role::Aside, &format!("explain: {}", phrase::explain(first)));
    page.gap();
}

fn role(severity: Severity) -> Role {
    match severity {
        Severity::Break => Role::Break,
        Severity::Review => Role::Review,
        Severity::Note => Role::Aside,
    }
}

/// Writes what happened, to whom, and how far it reaches.
fn write_head(page: &mut Page, finding: &Finding) {
    let title = format!("{} {}", phrase::severity(finding.severity), phrase::title(finding));
    page.wrap("", MARGIN, role(finding.severity), &title);
    page.wrap(MARGIN, NEXT, Role::Plain, &plain(&finding.what));
    for line in phrase::details(finding) {
        page.wrap(MARGIN, NEXT, Role::Plain, &line);
    }
}

/// Draws the record of a group, with what its findings are about marked.
fn write_drawing(page: &mut Page, report: &Report, group: &[&Finding]) {
    let record = group.first().and_then(|finding| finding.record.as_ref());
    let Some((record, layouts)) = record.and_then(|record| report.layouts.get_key_value(record)) else {
        return;
    };
    let places = group.iter().flat_map(|finding| [&finding.old, &finding.new]).flatten();
    let marked: Vec<Span> = places.filter_map(|place| place.bytes).collect();
    let Some(drawing) = ruler::draw(layouts, &marked, page.beside(MARGIN)) else { return };
    page.line(MARGIN, Role::Plain, "");
    page.wrap(MARGIN, NEXT, Role::Plain, &format!("bytes of {}:", plain(record)));
    for (role, line) in drawing.lines {
        page.row(MARGIN, role, &line);
    }
    for text in drawing.spelled {
        page.wrap(MARGIN, NEXT, Role::Plain, &text);
    }
}

/// Writes bytes that show a finding.
fn write_witness(page: &mut Page, report: &Report, finding: &Finding, witness: &Witness) {
    page.line(MARGIN, Role::Plain, "");
    page.wrap(MARGIN, NEXT, Role::Plain, &format!("witness: {}", phrase::witness(witness)));
    for (role, line) in bytes::dump(&witness.payload, &misread(report, finding, witness), page.beside(NEXT)) {
        page.row(NEXT, role, &line);
    }
    for line in phrase::seen(witness) {
        page.wrap(MARGIN, NEXT, Role::Plain, &line);
    }
}

/// Returns the bytes from which the reader takes what it sees wrongly.
fn misread(report: &Report, finding: &Finding, witness: &Witness) -> Vec<Span> {
    let layouts = finding.record.as_ref().and_then(|record| report.layouts.get(record));
    let fields = layouts.map_or(&[][..], |layouts| match witness.writer {
        Side::Old => &layouts.new,
        Side::New => &layouts.old,
    });
    let is_seen = |field: &&Laid| {
        let inside = |name: &str| field.name.strip_prefix(name).is_some_and(|path| path.starts_with('.'));
        witness.seen.iter().any(|seen| seen.field == field.name || inside(&seen.field))
    };
    fields.iter().filter(is_seen).map(|field| field.bytes).collect()
}

/// Writes what somebody has let through, and what is only worth knowing.
fn write_short(page: &mut Page, finding: &Finding) {
    let (title, what) = (phrase::title(finding), plain(&finding.what));
    match &finding.acknowledged {
        Some(reason) => {
            let text = format!("acknowledged {title}: {what}: {}", plain(reason));
            page.wrap("", "  ", Role::Aside, &text);
        }
        None => page.wrap("", "  ", Role::Aside, &format!("note {title}: {what}")),
    }
}

/// Writes how much was looked at, and the verdict.
fn write_account(page: &mut Page, report: &Report, verdict: Verdict) {
    let unlooked: Vec<&str> = tally::not_checked().map(|(rule, _)| rule.id).collect();
    if !unlooked.is_empty() {
        let text = format!("rules that nobody checks: {}", unlooked.join(", "));
        page.wrap("", "  ", Role::Aside, &text);
    }
    let role = match verdict {
        Verdict::Compatible => Role::Good,
        Verdict::Incompatible => Role::Break,
        Verdict::Incomplete => Role::Review,
    };
    let account = tally::account(report, verdict);
    let Some((last, lines)) = account.split_last() else { return };
    for line in lines {
        page.wrap("", "  ", Role::Plain, line);
    }
    page.wrap("", "  ", role, last);
}
