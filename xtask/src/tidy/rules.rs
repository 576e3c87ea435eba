//! Every rule that is cited stands in `spec/`, and every rule there is cited.

use std::collections::{BTreeMap, BTreeSet};

use super::{File, Finding};

const PAGES: &[&str] = &["REC", "VER", "DOC", "HDR", "REG", "ATT", "LOCK", "LAW", "SHOW"];
/// What the ids of the law's own rules begin with; four digits follow, and no hyphen stands between.
const LAW: &str = "TA";
/// Numbers that no rule will ever have: tests ask for a rule that there is not by these.
const NOBODYS: [&str; 2] = ["TA0000", "TA9999"];

pub(super) fn check(files: &[File]) -> Vec<Finding> {
    let mut stated: BTreeMap<String, String> = BTreeMap::new();
    let mut by_reading: BTreeSet<String> = BTreeSet::new();
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.path.starts_with("spec/") && file.has_extension(&["md"])) {
        for (at, line) in file.text.lines().enumerate() {
            let Some((id, rest)) = line.strip_prefix("**[").and_then(|rest| rest.split_once("]**")) else {
                continue;
            };
            let place = format!("{}:{}", file.path, at + 1);
            if rest.contains("(by reading)") {
                by_reading.insert(id.to_owned());
            }
            if let Some(first) = stated.insert(id.to_owned(), place.clone()) {
                findings.push(Finding::new(
                    place,
                    format!("{id} stands at {first} too"),
                    "give one another number",
                ));
            }
        }
    }
    let mut cited = BTreeSet::new();
    for file in files.iter().filter(|file| file.has_extension(&["rs", "h", "c", "cpp", "md"])) {
        let own_page = file.path.starts_with("spec/");
        for (at, line) in file.text.lines().enumerate() {
            for id in ids(line) {
                if !stated.contains_key(&id) {
                    findings.push(Finding::new(
                        format!("{}:{}", file.path, at + 1),
                        format!("{id} is cited and stands nowhere in spec/"),
                        "cite the rule that is meant, or write it",
                    ));
                }
                if !own_page && !file.has_extension(&["md"]) {
                    cited.insert(id);
                }
            }
        }
    }
    for (id, place) in stated.iter().filter(|(id, _)| !cited.contains(*id) && !by_reading.contains(*id)) {
        findings.push(Finding::new(
            place,
            format!("no code and no test cites {id}"),
            "cite it where it is enforced, or say `(by reading)` in the rule",
        ));
    }
    findings
}

/// The ids on a line: a page's letters, a hyphen, digits, or a rule of the law; nothing alphanumeric
/// around.
fn ids(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in line.split(|other: char| !other.is_ascii_alphanumeric() && other != '-') {
        if let Some((page, number)) = word.split_once('-')
            && PAGES.contains(&page)
            && is_number(number)
        {
            found.push(word.to_owned());
        }
        // A hyphen beside a rule of the law is no part of it: `TA1004-like`.
        found.extend(word.split('-').filter(|part| is_rule_of_the_law(part)).map(str::to_owned));
    }
    found
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

fn is_rule_of_the_law(word: &str) -> bool {
    let numbered = word.strip_prefix(LAW).is_some_and(|number| number.len() == 4 && is_number(number));
    numbered && !NOBODYS.contains(&word)
}
