//! A report for programs: everything that it holds, as JSON.

use abi_schema::is_printable;
use serde::Serialize;

use super::tally;
use crate::law::report::{Report, Verdict};

/// What the form holds beside the report.
#[derive(Serialize)]
struct Document<'r> {
    /// Number of this form: another one when a key goes away or changes its meaning.
    testimony_report: u32,
    verdict: Verdict,
    exit_status: u8,
    #[serde(flatten)]
    report: &'r Report,
    /// Rules that nobody looks at: they have found nothing because nobody looked.
    not_checked: Vec<NotChecked>,
}

#[derive(Serialize)]
struct NotChecked {
    rule: &'static str,
    because: &'static str,
}

pub(super) fn write(report: &Report, verdict: Verdict) -> String {
    let not_checked = tally::not_checked().map(|(rule, because)| NotChecked { rule: rule.id, because });
    let document = Document {
        testimony_report: 1,
        verdict,
        exit_status: verdict.exit_status(),
        report,
        not_checked: not_checked.collect(),
    };
    text(&document)
}

/// Returns a value as indented JSON, a newline at its end. What a terminal would not show is a `\u` escape, as
/// SHOW-1 demands: it stands in strings only, so that parsers read the same text.
pub(super) fn text(value: &impl Serialize) -> String {
    let raw = serde_json::to_string_pretty(value).unwrap_or_default();
    let mut text = String::with_capacity(raw.len() + 1);
    for character in raw.chars() {
        if character == '\n' || is_printable(character) {
            text.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            text.push_str(&format!("\\u{unit:04x}"));
        }
    }
    text.push('\n');
    text
}
