//! Reports of transitions in which hundreds of things changed, and of records under another name.

use abi_codegen::law::{Direction, Finding, Form, Report, Style, render};

use super::found::judged;

fn named(prefix: &str) -> impl Iterator<Item = (u32, String)> {
    (0..300).map(move |number| (number * 4, format!("{prefix}{number}")))
}

/// 300 values under other names, and one counter that moved.
fn transition() -> Report {
    let old = "code Trace u32\n".to_owned() + &lines(named("Old")) + MOVED_FROM;
    let new = "code Trace u32\n".to_owned() + &lines(named("New")) + MOVED_TO;
    judged(&old, &new)
}

const MOVED_FROM: &str = "record 0x0100 Event version 1 size 24
  0 8 u64 count
  8 8 u64 spare
  16 4 Code<Trace> what
  20 4 u32 cpu
";

const MOVED_TO: &str = "record 0x0100 Event version 1 size 24
  0 8 u64 spare
  8 8 u64 count
  16 4 Code<Trace> what
  20 4 u32 cpu
";

fn lines(values: impl Iterator<Item = (u32, String)>) -> String {
    values.fold(String::new(), |text, (number, name)| text + &format!("  {number} {name}\n"))
}

fn text(report: &Report, form: Form) -> String {
    render(report, form, report.verdict(false), Style { colour: false, width: 100 })
}

#[test]
fn what_gives_wrong_values_comes_before_names_and_is_annotated() {
    let report = transition();
    assert!(report.findings.len() > 300, "{}", report.findings.len());
    let ids: Vec<&str> = report.findings.iter().map(|finding| finding.rule.id).collect();
    let last_of_bytes = ids.iter().rposition(|id| id.starts_with("TA1")).expect("a field moved");
    let first_name = ids.iter().position(|id| id.starts_with("TA7")).expect("a value is renamed");
    assert!(last_of_bytes < first_name, "{ids:?}");
    let github = text(&report, Form::Github);
    let errors: Vec<&str> = github.lines().filter(|line| line.starts_with("::error")).collect();
    assert_eq!(errors.len(), 10, "{github}");
    assert!(errors[0].contains("TA1"), "{}", errors[0]);
    assert!(errors[9].contains("verdict"), "the verdict is shown too: {}", errors[9]);
    assert!(
        github.lines().filter(|line| line.starts_with(" error ")).count() > 280,
        "the log has the others"
    );
}

#[test]
fn a_rule_that_hundreds_break_is_told_once_and_counted() {
    let report = transition();
    let human = text(&report, Form::Human);
    assert!(human.lines().count() < 150, "{} lines", human.lines().count());
    let help = human.lines().filter(|line| line.contains("explain TA7003")).count();
    assert!(help <= 4, "the same help {help} times");
    assert!(human.contains("   300 break TA7003"), "the account counts each rule: {human}");
    assert!(human.contains("`--format json` has all of them"), "{human}");
    assert_eq!(text(&report, Form::Json).matches("\"TA7003\"").count(), 300);
}

#[test]
fn every_value_that_is_renumbered_among_hundreds_has_a_witness() {
    let moved = [40, 41, 250, 251];
    let renumbered = (0..300_u32).map(|number| {
        let at = moved.iter().position(|moved| *moved == number);
        (at.map_or(number * 4, |at| 5000 + u32::try_from(at).unwrap()), format!("Old{number}"))
    });
    let old = "code Trace u32\n".to_owned() + &lines(named("Old")) + MOVED_FROM;
    let mut values: Vec<(u32, String)> = renumbered.collect();
    values.sort();
    // Two of the numbers are used again.
    values.push((40 * 4, "Reused40".to_owned()));
    values.push((250 * 4, "Reused250".to_owned()));
    values.sort();
    let new = "code Trace u32\n".to_owned() + &lines(values.into_iter()) + MOVED_FROM;
    let report = judged(&old, &new);
    let of_readers = |finding: &&Finding| {
        finding.breaks() && !matches!(finding.direction, Direction::Source | Direction::Nobody)
    };
    let found: Vec<&Finding> = report.findings.iter().filter(of_readers).collect();
    assert!(found.len() >= 6, "{found:#?}");
    for finding in found {
        let witness = finding.witness.as_ref().unwrap_or_else(|| panic!("{}: no bytes", finding.subject));
        let Some((_, value)) = finding.subject.split_once("::") else { continue };
        let shows = witness.seen.iter().any(|seen| seen.meant.contains(value) || seen.seen.contains(value));
        assert!(shows, "{}: {witness:?}", finding.subject);
    }
}

#[test]
fn a_record_under_another_name_is_drawn_as_it_is() {
    let report = judged(MOVED_FROM_PLAIN, &MOVED_FROM_PLAIN.replace(" Event ", " Happening "));
    let layouts = report.layouts.get("Event").expect("it is found");
    assert_eq!(layouts.old, layouts.new, "id and layout are the same");
    let human = text(&report, Form::Human);
    assert!(!human.contains("all changed") && !human.contains('^'), "{human}");
}

const MOVED_FROM_PLAIN: &str = "record 0x0100 Event version 1 size 16
  0 8 u64 count
  8 8 u64 spare
";
