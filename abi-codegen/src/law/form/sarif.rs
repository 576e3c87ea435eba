//! A report as SARIF 2.1.0, which code hosts and editors show.

use std::collections::HashMap;

use abi_schema::Fingerprint;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::json::text;
use super::plain::plain;
use super::{phrase, tally};
use crate::law::finding::Finding;
use crate::law::report::{Report, Verdict};
use crate::law::rule::{Checked, Rule, Severity};
use crate::law::rules;

/// Where the form is described for machines.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";

/// What a path may hold as it is. A colon may not: it would end the scheme of a URI.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

pub(super) fn write(report: &Report, verdict: Verdict) -> String {
    let indices: HashMap<&str, usize> = rules::all().enumerate().map(|(at, rule)| (rule.id, at)).collect();
    let driver = json!({
        "name": "testimony",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
    });
    let results: Vec<Value> =
        report.findings.iter().map(|finding| result(report, finding, indices.get(finding.rule.id))).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "invocations": [invocation(report, verdict)],
            "results": results,
            "properties": { "verdict": verdict, "compared": report.compared, "skipped": report.skipped },
        }],
    });
    text(&log)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Review => "warning",
        Severity::Break => "error",
    }
}

/// Returns a rule as every report tells it, found or not.
fn descriptor(rule: &'static Rule) -> Value {
    let (enabled, checked) = match rule.checked {
        Checked::ByComparison => (true, "by comparing two catalogs".to_owned()),
        Checked::ByLint => (true, "by looking at one catalog".to_owned()),
        Checked::ByProcess => (true, "by the verbs".to_owned()),
        Checked::ByConstruction(rule) => (true, format!("by construction: {rule}")),
        Checked::NotChecked(because) => (false, format!("not checked: {because}")),
    };
    let facts: Vec<&str> = rule.facts.iter().map(|fact| fact.word()).collect();
    json!({
        "id": rule.id,
        "name": rule.slug,
        "shortDescription": { "text": rule.slug.replace('-', " ") },
        "fullDescription": { "text": rule.why },
        "help": { "text": rule.instead },
        "defaultConfiguration": { "enabled": enabled, "level": level(rule.severity) },
        "properties": { "checked": checked, "direction": rule.direction, "facts": facts },
    })
}

/// Returns the account of the run. One that compared nothing was no success, and what was skipped is told
/// where a tool tells what went wrong with it.
fn invocation(report: &Report, verdict: Verdict) -> Value {
    let skipped =
        tally::skipped(report).map(|text| json!({ "level": "warning", "message": { "text": text } }));
    let account = tally::account(report, verdict).join("\n");
    let mut notifications = vec![json!({ "level": "note", "message": { "text": account } })];
    notifications.extend(skipped);
    json!({
        "executionSuccessful": verdict != Verdict::Incomplete,
        "exitCode": verdict.exit_status(),
        "toolExecutionNotifications": notifications,
    })
}

fn result(report: &Report, finding: &Finding, rule_index: Option<&usize>) -> Value {
    let home = tally::home(report, finding);
    let catalog = home.map(|home| home.catalog.as_str()).unwrap_or_default();
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": plain(&finding.subject) }] });
    if let Some(file) = home.and_then(|home| home.file.as_deref()) {
        let line = home.map_or(1, |home| home.line(finding));
        location["physicalLocation"] =
            json!({ "artifactLocation": { "uri": uri(file) }, "region": { "startLine": line } });
    }
    let accepted =
        |reason: &String| json!({ "kind": "external", "status": "accepted", "justification": plain(reason) });
    let mut result = json!({
        "ruleId": finding.rule.id,
        "level": level(finding.severity),
        "message": { "text": message(finding) },
        "locations": [location],
        "partialFingerprints": fingerprints(catalog, finding),
        "suppressions": finding.acknowledged.iter().map(accepted).collect::<Vec<_>>(),
        "properties": { "catalog": catalog, "finding": finding },
    });
    if let Some(index) = rule_index {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn message(finding: &Finding) -> String {
    format!("{}: {}", plain(&finding.subject), phrase::lines(finding).join("\n"))
}

/// Returns what tells a finding from others in every run: its catalog, its rule and its subject. GitHub
/// looks for the second name, and would hash the text of the line without it, the same for every finding of that line.
fn fingerprints(catalog: &str, finding: &Finding) -> Value {
    let identity = format!("{catalog}\0{}\0{}", finding.rule.id, finding.subject);
    let fingerprint = Fingerprint::of(identity.as_bytes()).to_string();
    json!({ "testimonyFinding/v1": fingerprint, "primaryLocationLineHash": format!("{fingerprint}:1") })
}

/// Returns the URI of a file, relative when its path is.
fn uri(file: &str) -> String {
    let path = utf8_percent_encode(&file.replace('\\', "/"), PATH).to_string();
    if path.starts_with('/') { format!("file://{path}") } else { path }
}
