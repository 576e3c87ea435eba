//! A report for programs: everything that it holds, as JSON.

use serde::Serialize;

use super::tally;
use crate::json_text::printable_json;
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

/// Returns a value as indented JSON that a terminal may get, a newline at its end.
pub(super) fn text(value: &impl Serialize) -> String {
    let mut text = printable_json(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}
