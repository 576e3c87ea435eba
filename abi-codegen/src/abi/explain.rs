//! `explain`: what a rule is about.

use super::Outcome;
use super::error::AbiError;
use crate::law::{Checked, Rule, Severity, Style, rules};

pub(super) fn explain(rule: Option<&str>, style: Style) -> Result<Outcome, AbiError> {
    let text = match rule {
        Some(wanted) => {
            let known = [wanted.to_owned(), wanted.to_ascii_uppercase(), wanted.to_ascii_lowercase()];
            let rule = known
                .iter()
                .find_map(|wanted| rules::find(wanted))
                .ok_or_else(|| AbiError::NoRule(wanted.to_owned()))?;
            paragraph(rule, style)
        }
        None => list(),
    };
    Ok(Outcome { text, status: 0 })
}

fn paragraph(rule: &Rule, style: Style) -> String {
    let width = style.width.clamp(40, 100);
    let facts: Vec<&str> = rule.facts.iter().map(|fact| fact.word()).collect();
    let when = if facts.is_empty() {
        String::new()
    } else {
        format!("\nexcused when declared: {}", facts.join(", "))
    };
    format!(
        "{} {}\n{}; {}{when}\nchecked: {}\n\n{}\n\ninstead: {}\n",
        rule.id,
        rule.slug,
        grave(rule.severity),
        rule.direction,
        checked(rule.checked),
        textwrap::fill(rule.why, width),
        textwrap::fill(rule.instead, width),
    )
}

const fn grave(severity: Severity) -> &'static str {
    match severity {
        Severity::Break => "break",
        Severity::Review => "review",
        Severity::Note => "note",
    }
}

fn checked(checked: Checked) -> String {
    match checked {
        Checked::ByComparison => "by comparing two catalogs".to_owned(),
        Checked::ByLint => "by a look at one catalog".to_owned(),
        Checked::ByProcess => "by the verbs".to_owned(),
        Checked::ByConstruction(rule) => format!("by construction: {rule} refuses the shape"),
        Checked::NotChecked(why) => format!("NOT CHECKED: {why}"),
    }
}

fn list() -> String {
    let mut text = String::new();
    let mut unchecked = 0;
    for rule in rules::all() {
        let by = match rule.checked {
            Checked::ByComparison => "comparison".to_owned(),
            Checked::ByLint => "lint".to_owned(),
            Checked::ByProcess => "verbs".to_owned(),
            Checked::ByConstruction(rule) => format!("by {rule}"),
            Checked::NotChecked(_) => {
                unchecked += 1;
                "NOT CHECKED".to_owned()
            }
        };
        text.push_str(&format!("{} {:<6} {by:<12} {}\n", rule.id, grave(rule.severity), rule.slug));
    }
    let all = rules::all().count();
    text.push_str(&format!("{all} rules, {unchecked} of them not checked: `abi explain RULE` says why\n"));
    text
}
