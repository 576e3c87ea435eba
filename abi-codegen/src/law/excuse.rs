//! Breaks that people have looked at (LAW-9).

use abi_lock::Acknowledgement;
use abi_schema::pattern_fits;
use jiff::civil::Date;

use super::error::LawError;
use super::finding::Finding;
use super::rule::{Direction, Severity};
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
            let_through(finding, &one.reason, format!("{} (until {})", one.reason, one.until));
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

/// A change that reaches records through a composite is acknowledged when all that it consists of is, and
/// breaks nothing but programs when all that it consists of does.
fn spread(findings: &mut [Finding]) {
    for at in 0..findings.len() {
        if findings[at].rule.id != rules::TA1015.id {
            continue;
        }
        let owner = &findings[at].subject;
        let is_part = |finding: &&Finding| {
            finding.severity == Severity::Break
                && finding.subject.split_once('.').is_some_and(|(whole, _)| whole == owner)
        };
        let parts: Vec<&Finding> = findings.iter().filter(is_part).collect();
        let Some(first) = parts.first() else { continue };
        let reason =
            first.acknowledged.clone().filter(|_| parts.iter().all(|part| part.acknowledged.is_some()));
        let of_names = parts.iter().all(|part| part.direction == Direction::Source);
        if reason.is_some() {
            findings[at].acknowledged = reason;
        }
        if of_names {
            findings[at].direction = Direction::Source;
        }
    }
}

/// Lets a finding through. A reason that begins with `renamed` states of a name that what it names is the same
/// (LAW-16).
fn let_through(finding: &mut Finding, reason: &str, said: String) {
    finding.acknowledged = Some(said);
    state(finding, reason);
}

/// Takes over what a reason states of a name.
fn state(finding: &mut Finding, reason: &str) {
    let first = reason.split(|letter: char| !letter.is_alphanumeric()).next();
    if finding.is_of_name() && first == Some("renamed") {
        finding.direction = Direction::Source;
    }
}

/// Takes over what releases and people state of names, without letting anything through.
pub(crate) fn names<'s>(
    statements: &(impl Iterator<Item = (&'s str, &'s str, &'s str)> + Clone),
    findings: &mut [Finding],
) {
    for finding in findings.iter_mut() {
        let about = statements.clone().find(|(rule, subject, _)| {
            *rule == finding.rule.id && pattern_fits(subject, &[&finding.subject])
        });
        if let Some((_, _, reason)) = about {
            state(finding, reason);
        }
    }
    spread(findings);
}

/// Lets findings through that one of `releases` was let through with.
pub(super) fn released(releases: &[Release], findings: &mut [Finding]) {
    for finding in findings.iter_mut() {
        let of = |one: &&Acknowledged| one.rule == finding.rule.id && one.subject == finding.subject;
        let of = |release: &Release| {
            release.acknowledged.iter().find(of).map(|one| (release.release, one.reason.clone()))
        };
        if let Some((release, reason)) = releases.iter().find_map(of) {
            let_through(finding, &reason, format!("{reason} (let through in release {release})"));
        }
    }
    spread(findings);
}
