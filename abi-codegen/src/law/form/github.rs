//! A report as workflow commands: GitHub's runner shows them beside the changed lines.

use std::collections::HashMap;

use super::{phrase, plain, tally};
use crate::law::finding::Finding;
use crate::law::report::{Report, Verdict};
use crate::law::rule::Severity;

/// The most annotations of one level that the service shows of a step; it drops those that come later.
const MAX_SHOWN: usize = 10;

pub(super) fn write(report: &Report, verdict: Verdict) -> String {
    let mut text = String::new();
    // The verdict, which is the last, is one of them.
    let mut shown: HashMap<&str, usize> = HashMap::from([(level_of(verdict), 1)]);
    let mut folded = Vec::new();
    for finding in &report.findings {
        let level = level(finding);
        let count = shown.entry(level).or_default();
        if *count >= MAX_SHOWN {
            folded.push(format!("{level} {}: {}", title(finding), plain::plain(&finding.what)));
            continue;
        }
        *count += 1;
        let place = place(report, finding);
        text.push_str(&command(level, place, &title(finding), &phrase::lines(finding)));
    }
    text.push_str(&group(&folded));
    for skipped in &report.skipped {
        let title = format!("not compared: {}", plain::plain(&skipped.what));
        text.push_str(&command("warning", None, &title, &[plain::plain(&skipped.why).into_owned()]));
    }
    text.push_str(&command(
        level_of(verdict),
        None,
        &tally::verdict(report, verdict),
        &tally::account(report, verdict),
    ));
    text
}

fn level_of(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Compatible { "notice" } else { "error" }
}

/// Returns the file and the line at which a finding is shown.
fn place<'r>(report: &'r Report, finding: &Finding) -> Option<(&'r str, usize)> {
    let home = tally::home(report, finding)?;
    Some((home.file.as_deref()?, home.line(finding)))
}

/// Returns lines of the log, folded, for findings that are less grave than the annotations of their level.
fn group(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    // A space stands before each line, so that none is a command.
    let mut text = format!("::group::{} more findings\n", lines.len());
    for line in lines {
        text += &format!(" {line}\n");
    }
    text + "::endgroup::\n"
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

/// Returns one command.
fn command(level: &str, place: Option<(&str, usize)>, title: &str, lines: &[String]) -> String {
    let place = place.map(|(file, line)| format!("file={},line={line},", property(&plain::plain(file))));
    let place = place.unwrap_or_default();
    format!("::{level} {place}title={}::{}\n", property(title), data(&lines.join("\n")))
}

/// Escapes what follows the second `::`: the runner takes `%`, carriage returns and newlines back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property, which also ends at `:` and at `,`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
