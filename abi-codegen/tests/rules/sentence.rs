//! What the law says of a case, as lines that a person reviews.

use abi_codegen::law::{Finding, Moved, Place, Side, Witness};

/// Returns what a finding says.
pub(crate) fn sentence(finding: &Finding) -> String {
    let mut lines = vec![format!("{}: {}", finding.subject, finding.what)];
    if finding.old.is_some() || finding.new.is_some() {
        lines.push(format!("{} -> {}", place(finding.old.as_ref()), place(finding.new.as_ref())));
    }
    if !finding.moved.is_empty() {
        let moved = |one: &Moved| format!("{} {} -> {}", one.field, one.from, one.to);
        lines.push(format!("moved: {}", finding.moved.iter().map(moved).collect::<Vec<_>>().join(", ")));
    }
    if !finding.reached.is_empty() {
        lines.push(format!("reaches: {}", finding.reached.join(", ")));
    }
    lines.extend(finding.witness.as_ref().map(shown));
    lines.join("\n    ")
}

fn place(place: Option<&Place>) -> String {
    let Some(Place { text, bytes }) = place else { return "nothing".to_owned() };
    match bytes {
        Some(span) => format!("{text} at {}..{}", span.offset, span.end()),
        None => text.clone(),
    }
}

fn shown(witness: &Witness) -> String {
    let Witness { record, writer, version, payload, seen } = witness;
    let writer = match writer {
        Side::Old => "an old writer's",
        Side::New => "a new writer's",
    };
    let bytes: Vec<String> = payload.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut lines = vec![format!("witness: {writer} {record}, version {version}: {}", bytes.join(" "))];
    lines.extend(seen.iter().map(|seen| format!("{} meant {}, seen {}", seen.field, seen.meant, seen.seen)));
    lines.join("\n      ")
}
