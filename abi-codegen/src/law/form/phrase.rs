//! What the forms say of one finding, in words.

use super::plain::plain;
use crate::law::finding::{Finding, Place};
use crate::law::rule::{Direction, Severity};
use crate::law::witness::{Seen, Side, Witness};

/// Returns the word for a severity.
pub(super) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Review => "review",
        Severity::Break => "break",
    }
}

/// Returns rule, name of the rule and subject.
pub(super) fn title(finding: &Finding) -> String {
    format!("{} {}: {}", finding.rule.id, finding.rule.slug, plain(&finding.subject))
}

/// Returns who breaks, and which releases; nothing when nobody does.
fn who(finding: &Finding) -> Option<String> {
    if finding.direction == Direction::Nobody {
        return None;
    }
    let direction = finding.direction;
    Some(match releases(&finding.releases) {
        Some(releases) => format!("{direction} ({releases})"),
        None => direction.to_string(),
    })
}

/// Returns `releases 1 to 3 and 5`; nothing when there are none.
fn releases(releases: &[u32]) -> Option<String> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    let mut sorted = releases.to_vec();
    sorted.sort_unstable();
    for release in sorted {
        match runs.last_mut() {
            Some((_, last)) if release <= last.saturating_add(1) => *last = release,
            _ => runs.push((release, release)),
        }
    }
    let shown = |(first, last): &(u32, u32)| match last - first {
        0 => first.to_string(),
        1 => format!("{first}, {last}"),
        _ => format!("{first} to {last}"),
    };
    let (last, before) = runs.split_last()?;
    let noun = if before.is_empty() && last.0 == last.1 { "release" } else { "releases" };
    if before.is_empty() {
        return Some(format!("{noun} {}", shown(last)));
    }
    let before: Vec<String> = before.iter().map(shown).collect();
    Some(format!("{noun} {} and {}", before.join(", "), shown(last)))
}

/// The most fields or records that are listed: the others are counted.
const MAX_LISTED: usize = 8;

fn list(texts: impl ExactSizeIterator<Item = String>) -> String {
    let more = texts.len().saturating_sub(MAX_LISTED);
    let mut listed = texts.take(MAX_LISTED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        listed.push_str(&format!(" and {more} more"));
    }
    listed
}

/// Returns the fields that moved: `line 4 -> 8`.
fn moved(finding: &Finding) -> Option<String> {
    let moved = finding.moved.iter().map(|one| format!("{} {} -> {}", plain(&one.field), one.from, one.to));
    (!finding.moved.is_empty()).then(|| list(moved))
}

/// Returns the records that a finding reaches, when it is more than the one that it lies in.
fn reached(finding: &Finding) -> Option<String> {
    let names = finding.reached.iter().map(|record| plain(record).into_owned());
    (finding.reached.len() > 1).then(|| list(names))
}

/// Returns what was and what is, when a finding states it.
fn changed(finding: &Finding) -> Option<String> {
    let shown = |place: &Place| match place.bytes {
        Some(bytes) => format!("{} at {}..{}", plain(&place.text), bytes.offset, bytes.end()),
        None => plain(&place.text).into_owned(),
    };
    match (&finding.old, &finding.new) {
        (Some(old), Some(new)) => Some(format!("{} -> {}", shown(old), shown(new))),
        (Some(old), None) => Some(format!("{} -> nothing", shown(old))),
        (None, Some(new)) => Some(format!("nothing -> {}", shown(new))),
        (None, None) => None,
    }
}

/// Returns what a witness is: who wrote it, and what.
pub(super) fn witness(witness: &Witness) -> String {
    let (writer, reader) = sides(witness.writer);
    format!(
        "{writer} writes `{}`, version {}, {} bytes; {reader} reads them",
        plain(&witness.record),
        witness.version,
        witness.payload.len()
    )
}

/// Returns what was meant and what is seen, field by field.
pub(super) fn seen(witness: &Witness) -> Vec<String> {
    let (writer, reader) = sides(witness.writer);
    let one = |seen: &Seen| {
        let (field, meant, saw) = (plain(&seen.field), plain(&seen.meant), plain(&seen.seen));
        format!("{field}: {writer} meant {meant}; {reader} sees {saw}")
    };
    witness.seen.iter().map(one).collect()
}

fn sides(writer: Side) -> (&'static str, &'static str) {
    match writer {
        Side::Old => ("the old writer", "the new reader"),
        Side::New => ("the new writer", "the old reader"),
    }
}

/// Returns the command that tells more of a rule.
pub(super) fn explain(finding: &Finding) -> String {
    format!("cargo xtask abi explain {}", finding.rule.id)
}

/// Returns whom a finding harms and how far it reaches, a line each.
pub(super) fn details(finding: &Finding) -> Vec<String> {
    let labelled = [
        who(finding),
        reached(finding).map(|reached| format!("reaches: {reached}")),
        changed(finding).map(|changed| format!("changed: {changed}")),
        moved(finding).map(|moved| format!("moved: {moved}")),
    ];
    labelled.into_iter().flatten().collect()
}

/// Returns everything that a finding says, a line each, its title left out: for the forms that draw nothing.
pub(super) fn lines(finding: &Finding) -> Vec<String> {
    let mut lines = vec![plain(&finding.what).into_owned()];
    lines.extend(details(finding));
    if let Some(bytes) = &finding.witness {
        lines.push(format!("witness: {}", witness(bytes)));
        lines.push(format!("bytes: {}", hexadecimal(&bytes.payload)));
        lines.extend(seen(bytes));
    }
    if let Some(reason) = &finding.acknowledged {
        lines.push(format!("acknowledged: {}", plain(reason)));
    }
    if is_open(finding) {
        lines.extend(help(finding));
        lines.push(format!("explain: {}", explain(finding)));
    }
    lines
}

/// Returns whether somebody should act on a finding, and nobody has.
pub(super) fn is_open(finding: &Finding) -> bool {
    finding.acknowledged.is_none() && finding.severity > Severity::Note
}

/// Returns what to do instead, if the rule says.
pub(super) fn help(finding: &Finding) -> Option<String> {
    (!finding.instead.is_empty()).then(|| format!("help: {}", plain(&finding.instead)))
}

/// The most bytes of a payload that a line of text shows.
const MAX_BYTES: usize = 64;

fn hexadecimal(payload: &[u8]) -> String {
    let shown: Vec<String> = payload.iter().take(MAX_BYTES).map(|byte| format!("{byte:02x}")).collect();
    match payload.len().saturating_sub(MAX_BYTES) {
        0 => shown.join(" "),
        more => format!("{} and {more} more", shown.join(" ")),
    }
}
