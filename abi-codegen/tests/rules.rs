//! The table of rules, its page and its cases hold together.

#[path = "rules/case.rs"]
mod case;
#[path = "rules/sentence.rs"]
mod sentence;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use abi_codegen::law::{Called, Checked, Direction, Fact, Facts, Finding, Law, Rule, Severity, lint, rules};
use case::{Case, Pair};
use sentence::sentence;

/// Returns what the law says of a pair, witnesses included.
fn findings(pair: &Pair, facts: Facts) -> Vec<Finding> {
    let law = Law { facts, today: jiff::civil::date(2026, 1, 1), acknowledgements: &[] };
    let old = Called { catalog: &pair.before, name: "before", file: None };
    let new = Called { catalog: &pair.after, name: "after", file: None };
    let mut findings = law.compare(old, new).unwrap().findings;
    findings.extend(lint(&pair.after));
    findings
}

fn of<'f>(findings: &'f [Finding], rule: &str) -> Vec<&'f Finding> {
    findings.iter().filter(|finding| finding.rule.id == rule).collect()
}

fn is_tried(rule: &Rule) -> bool {
    matches!(rule.checked, Checked::ByComparison | Checked::ByLint)
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn ids_are_well_formed_unique_and_in_order() {
    let ids: Vec<&str> = rules::all().map(|rule| rule.id).collect();
    for id in &ids {
        let number = id.strip_prefix("TA").unwrap_or_default();
        assert!(number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit()), "{id}");
    }
    assert!(ids.is_sorted_by(|one, next| one < next), "numbers grow, and none stands twice: {ids:?}");
}

#[test]
fn slugs_are_unique_words() {
    let mut seen = BTreeSet::new();
    for rule in rules::all() {
        let parts: Vec<&str> = rule.slug.split('-').collect();
        let is_word = |part: &&str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        assert!(parts.len() > 1 && parts.iter().all(is_word) || rule.slug == "packed", "{}", rule.slug);
        assert!(seen.insert(rule.slug), "{} stands twice", rule.slug);
    }
}

#[test]
fn a_rule_is_found_by_number_and_by_name() {
    for rule in rules::all() {
        assert_eq!(rules::find(rule.id), Some(rule));
        assert_eq!(rules::find(rule.slug), Some(rule));
    }
    for nothing in ["", "TA", "TA1", "TA0000", "ta1001", "field", "TA1001 "] {
        assert_eq!(rules::find(nothing), None, "{nothing:?}");
    }
}

#[test]
fn texts_are_sentences_of_readable_length() {
    for rule in rules::all() {
        let Rule { id, why, instead, .. } = rule;
        for (text, shortest, longest) in [(why, 60, 460), (instead, 8, 220)] {
            assert!(text.ends_with('.') && !text.ends_with(".."), "{id}: {text}");
            assert!(
                text.starts_with(|first: char| first.is_uppercase() || first.is_ascii_digit()),
                "{id}: {text}"
            );
            assert!((shortest..=longest).contains(&text.len()), "{id}: {} characters: {text}", text.len());
            assert!(!text.contains("  ") && !text.contains(['\n', '\t']), "{id}: {text}");
        }
        if let Checked::NotChecked(reason) = rule.checked {
            assert!(reason.len() > 20 && !reason.ends_with('.'), "{id}: {reason}");
        }
        // Whoever meets a finding is told what to write; only what cannot happen, or breaks nobody, has nothing.
        if is_tried(rule) && rule.severity != Severity::Note {
            assert!(instead.len() > 20, "{id}: {instead}");
        }
    }
}

#[test]
fn severity_and_direction_fit_together() {
    for rule in rules::all() {
        match rule.severity {
            Severity::Break => assert_ne!(rule.direction, Direction::Nobody, "{}", rule.id),
            // Nothing is known to break, so no report states who breaks.
            Severity::Note | Severity::Review => {
                assert_eq!(rule.direction, Direction::Nobody, "{}", rule.id);
            }
        }
        assert!(rule.facts.is_empty() || rule.severity == Severity::Break, "{}: nothing to excuse", rule.id);
    }
}

#[test]
fn what_cannot_happen_is_ruled_out_by_a_rule_that_stands() {
    let pages: String =
        ["record", "versioning", "headers", "region"].map(|page| read(&format!("spec/{page}.md"))).concat();
    for rule in rules::all() {
        if let Checked::ByConstruction(by) = rule.checked {
            assert!(pages.contains(&format!("\n**[{by}]** ")), "{}: {by} stands nowhere", rule.id);
        }
    }
}

#[test]
fn the_page_is_that_of_the_table() {
    let page = read("spec/rules.md");
    assert_eq!(page, rules::page(), "run `cargo xtask gen-headers`");
    for rule in rules::all() {
        assert_eq!(page.matches(&format!("\n**[{}]** ", rule.id)).count(), 1, "{}", rule.id);
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_rule_that_is_tried_has_a_case_and_a_near_miss_and_no_other_has() {
    let expected: BTreeSet<&str> = rules::all().filter(|rule| is_tried(rule)).map(|rule| rule.id).collect();
    let cases = Case::all();
    let found: BTreeSet<&str> = cases.iter().map(|case| case.rule.as_str()).collect();
    assert_eq!(found, expected);
    for case in &cases {
        assert!(case.pairs.iter().any(|pair| pair.fires), "{} has no firing case", case.rule);
        assert!(case.pairs.iter().any(|pair| !pair.fires), "{} has no near miss", case.rule);
    }
}

/// Severity is as grave as the table says, and who breaks is who it says (LAW-1).
#[test]
fn rules_fire_where_they_should_as_the_table_says() {
    let mut wrong = Vec::new();
    for case in Case::all() {
        let rule = rules::find(&case.rule).unwrap();
        for (at, pair) in case.pairs.iter().enumerate().filter(|(_, pair)| pair.fires) {
            let found = findings(pair, case.facts());
            let fired = of(&found, rule.id);
            if fired.is_empty() {
                wrong.push(format!("{}, pair {at}: not among {:?}", case.rule, ids(&found)));
            }
            for finding in fired {
                let judged = (finding.severity, finding.direction, finding.instead.as_str());
                let direction = pair.direction.unwrap_or(rule.direction);
                if judged != (rule.severity, direction, rule.instead) {
                    wrong.push(format!("{}, pair {at}: {judged:?}: {}", case.rule, finding.what));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_are_silent_where_they_nearly_fire() {
    let mut wrong = Vec::new();
    for case in Case::all() {
        for (at, pair) in case.pairs.iter().enumerate().filter(|(_, pair)| !pair.fires) {
            for finding in of(&findings(pair, case.facts()), &case.rule) {
                wrong.push(format!("{}, pair {at}: {}: {}", case.rule, finding.subject, finding.what));
            }
            // A catalog that did not change at all is no near miss.
            assert_ne!(pair.before, pair.after, "{}, pair {at}", case.rule);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Facts make a condition of a break only when they are declared (LAW-4).
#[test]
fn a_rule_is_excused_by_all_its_facts_together_and_by_nothing_less() {
    let mut excused = 0;
    for case in Case::all() {
        let rule = rules::find(&case.rule).unwrap();
        let first = case.pairs.iter().find(|pair| pair.fires).unwrap();
        let judged = |facts: Facts| -> Vec<(Severity, Direction)> {
            let found = findings(first, facts);
            of(&found, rule.id).iter().map(|finding| (finding.severity, finding.direction)).collect()
        };
        for missing in rule.facts {
            let facts = Facts::new(Fact::ALL.into_iter().filter(|fact| fact != missing));
            assert_eq!(judged(facts), [(rule.severity, rule.direction)], "{} without {missing:?}", rule.id);
        }
        if !rule.facts.is_empty() {
            assert_eq!(judged(Facts::of_lanes()), [(Severity::Note, Direction::Nobody)], "{}", rule.id);
            excused += 1;
        }
    }
    assert!(excused > 0, "no rule depends on a fact");
}

fn ids(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

/// What the law says of every firing case, a snapshot for each family: the cause once, with what it pushed
/// and which records it reaches (LAW-7), and bytes that show it (LAW-8).
#[test]
fn sentences_are_as_they_were_reviewed() {
    let mut families: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for case in Case::all() {
        let rule = rules::find(&case.rule).unwrap();
        let lines = families.entry(rule.id[..3].to_owned()).or_default();
        lines.push(format!("{} {}\n# {}", rule.id, rule.slug, case.words));
        for pair in case.pairs.iter().filter(|pair| pair.fires) {
            let found = findings(pair, case.facts());
            lines.extend(of(&found, rule.id).into_iter().map(|finding| format!("  - {}", sentence(finding))));
            let beside: BTreeSet<&str> = ids(&found).into_iter().filter(|id| *id != rule.id).collect();
            if !beside.is_empty() {
                lines.push(format!("    beside it: {}", Vec::from_iter(beside).join(", ")));
            }
        }
        lines.push(String::new());
    }
    let folder = Case::folder().join("snapshots");
    let files = fs::read_dir(&folder).into_iter().flatten().map(|file| file.unwrap().file_name());
    let left: Vec<_> = files.filter(|file| !is_snapshot_of(file, &families)).collect();
    assert!(left.is_empty(), "a snapshot that no test reads, or one that was not accepted: {left:?}");
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false }, {
        for (family, lines) in &families {
            insta::assert_snapshot!(family.as_str(), lines.join("\n"));
        }
    });
}

fn is_snapshot_of<T>(file: &OsStr, families: &BTreeMap<String, T>) -> bool {
    let family = file.to_str().and_then(|file| file.strip_suffix(".snap"));
    family.is_some_and(|family| families.contains_key(family))
}
