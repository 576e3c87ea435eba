//! Breaks that people have looked at (LAW-9).

use abi_lock::Acknowledgement;
use jiff::civil::Date;

use super::error::LawError;
use super::finding::Finding;
use super::rule::Severity;
use super::rules;
use crate::lock::{Acknowledged, Release};

/// Checks that every acknowledgement counts on the day `today`.
///
/// # Errors
///
/// The first that does not (TA8005).
pub(super) fn judge(all: &[Acknowledgement], today: Date) -> Result<(), LawError> {
    for one in all {
        let line = one.line;
        let until: Date =
            one.until.parse().map_err(|_| LawError::NoDay { line, until: one.until.clone() })?;
        if rules::find(&one.rule).is_none() {
            return Err(LawError::NoRule { line, rule: one.rule.clone() });
        }
        if until < today {
            let (rule, subject, until) = (one.rule.clone(), one.subject.clone(), one.until.clone());
            return Err(LawError::Expired { line, rule, subject, until });
        }
    }
    Ok(())
}

/// Lets findings through that `all` acknowledges, and says which acknowledgements match nothing.
pub(super) fn apply(all: &[Acknowledgement], findings: &mut Vec<Finding>) {
    let mut idle = Vec::new();
    for one in all {
        let about = |finding: &&mut Finding| {
            one.covers(finding.rule.id, &finding.subject) && finding.severity > Severity::Note
        };
        let mut met = false;
        for finding in findings.iter_mut().filter(about) {
            finding.acknowledged = Some(format!("{} (until {})", one.reason, one.until));
            met = true;
        }
        if !met {
            let what = format!("line {}: nothing breaks {} at `{}`", one.line, one.rule, one.subject);
            idle.push(Finding::new(rules::TA8013, &one.subject, what));
        }
    }
    spread(findings);
    findings.extend(idle);
}

/// A change that reaches records through a composite is acknowledged when all that it consists of is.
fn spread(findings: &mut [Finding]) {
    let parts = |findings: &[Finding], owner: &str| -> Vec<Option<String>> {
        let of = |finding: &&Finding| {
            finding.severity == Severity::Break
                && finding.subject.split_once('.').is_some_and(|(whole, _)| whole == owner)
        };
        findings.iter().filter(of).map(|finding| finding.acknowledged.clone()).collect()
    };
    for at in 0..findings.len() {
        if findings[at].rule.id != rules::TA1015.id {
            continue;
        }
        let parts = parts(findings, &findings[at].subject);
        if let Some(Some(reason)) = parts.first()
            && parts.iter().all(Option::is_some)
        {
            findings[at].acknowledged = Some(reason.clone());
        }
    }
}

/// Lets a finding through that one of `releases` was let through with.
pub(super) fn released(releases: &[Release], finding: &mut Finding) {
    let let_through = |release: &Release| {
        let of = |one: &&Acknowledged| one.rule == finding.rule.id && one.subject == finding.subject;
        release.acknowledged.iter().find(of).map(|one| (release.release, one.reason.clone()))
    };
    if let Some((release, reason)) = releases.iter().find_map(let_through) {
        finding.acknowledged = Some(format!("{reason} (let through in release {release})"));
    }
}
