//! What the law says of a case, as lines that a person reviews.

use abi_codegen::law::{Finding, Place, Severity, Side, Witness};
use compat_tests::case::Case;

use super::pair::Pair;

/// Returns the case and everything that the law says of it.
///
/// # Errors
///
/// A section is no catalog.
pub(crate) fn shown(case: &Case) -> Result<String, String> {
    let target = case.line("target").map_or(String::new(), |target| format!(" on {target}"));
    let verdict = case.line("verdict").unwrap_or_default();
    let mut lines = vec![format!("{} {verdict}{target}: {}", case.id, case.title)];
    for pair in Pair::all(case)? {
        lines.push(format!("  {} to {}:", pair.names.0, pair.names.1));
        let found = pair.findings(case.facts(), &[])?;
        if found.is_empty() {
            lines.push("    nothing".to_owned());
        }
        lines.extend(found.iter().map(|finding| format!("    {}", sentence(finding))));
    }
    Ok(lines.join("\n") + "\n")
}

fn sentence(finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Note => "note",
        Severity::Review => "review",
        Severity::Break => "break",
    };
    let (rule, subject, what) = (finding.rule.id, &finding.subject, &finding.what);
    let mut lines = vec![format!("{severity} {rule} {subject}: {what}; {}", finding.direction)];
    if finding.old.is_some() || finding.new.is_some() {
        lines.push(format!("{} -> {}", place(finding.old.as_ref()), place(finding.new.as_ref())));
    }
    if !finding.moved.is_empty() {
        let moved = finding.moved.iter().map(|one| format!("{} {} to {}", one.field, one.from, one.to));
        lines.push(format!("moved: {}", moved.collect::<Vec<_>>().join(", ")));
    }
    if finding.reached.len() > 1 {
        lines.push(format!("reaches: {}", finding.reached.join(", ")));
    }
    lines.extend(finding.witness.as_ref().map(witness));
    lines.join("\n      ")
}

fn place(place: Option<&Place>) -> String {
    let Some(Place { text, bytes }) = place else { return "nothing".to_owned() };
    match bytes {
        Some(span) => format!("{text} at {}..{}", span.offset, span.end()),
        None => text.clone(),
    }
}

fn witness(witness: &Witness) -> String {
    let Witness { record, writer, version, seen, .. } = witness;
    let (writer, reader) = match writer {
        Side::Old => ("an old writer", "a new reader"),
        Side::New => ("a new writer", "an old reader"),
    };
    let mut lines = vec![format!("witness: {writer} stores {record}, version {version}, for {reader}")];
    lines.extend(seen.iter().map(|seen| format!("{} meant {}, seen {}", seen.field, seen.meant, seen.seen)));
    lines.join("\n        ")
}
