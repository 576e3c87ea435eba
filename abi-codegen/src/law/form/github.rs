//! A report as workflow commands: GitHub's runner shows them beside the changed lines.

use super::{phrase, plain, tally};
use crate::law::finding::Finding;
use crate::law::report::{Report, Verdict};
use crate::law::rule::Severity;

pub(super) fn write(report: &Report, verdict: Verdict) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let file = tally::home(report, finding).and_then(|home| home.file.as_deref());
        text.push_str(&command(level(finding), file, &title(finding), &phrase::lines(finding)));
    }
    for skipped in &report.skipped {
        let title = format!("not compared: {}", plain::plain(&skipped.what));
        text.push_str(&command("warning", None, &title, &[plain::plain(&skipped.why).into_owned()]));
    }
    let level = if verdict == Verdict::Compatible { "notice" } else { "error" };
    text.push_str(&command(level, None, &tally::verdict(report, verdict), &tally::account(report, verdict)));
    text
}

fn level(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.acknowledged.is_some() => "notice",
        Severity::Note => "notice",
        Severity::Review => "warning",
        Severity::Break => "error",
    }
}

fn title(finding: &Finding) -> String {
    let title = phrase::title(finding);
    if finding.acknowledged.is_some() { format!("acknowledged {title}") } else { title }
}

/// Returns one command. A file has no line that would be nearer to the cause than its first.
fn command(level: &str, file: Option<&str>, title: &str, lines: &[String]) -> String {
    let file = file.map(|file| format!("file={},line=1,", property(file))).unwrap_or_default();
    format!("::{level} {file}title={}::{}\n", property(title), data(&lines.join("\n")))
}

/// Escapes what follows the second `::`: the runner takes `%`, carriage returns and newlines back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which also ends at `:` and at `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
