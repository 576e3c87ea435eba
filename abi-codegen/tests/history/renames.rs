//! Names that change: renamed, or reused (LAW-16).

use abi_codegen::Catalog;
use abi_codegen::law::{Direction, Facts, Verdict, compare};

use super::{ONE, THREE, TWO, ack, catalog, check, frozen, graver};

/// A release of `Event`, of what it became by an acknowledged break, and of that under another name.
fn renamed_after_a_change() -> [Catalog; 3] {
    let record = |name: &str, field: &str| {
        catalog(&format!("record 0x0100 {name} version 1 size 8\n  0 4 u32 pid\n  4 4 u32 {field}\n"))
    };
    [record("Event", "cpu"), record("Event", "core"), record("Switch", "core")]
}

#[test]
fn a_record_is_followed_through_releases_when_it_is_renamed_after_it_changed() {
    let [first, second, third] = renamed_after_a_change();
    let field = [ack("TA7002", "Event.cpu", "renamed to what it is")];
    let lock = frozen(&[(&first, &[]), (&second, &field)]);
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    let breaks: Vec<_> = report.findings.iter().filter(|finding| finding.breaks()).collect();
    let said: Vec<_> = breaks.iter().map(|finding| (finding.rule.id, &*finding.subject)).collect();
    assert_eq!(said, [("TA7001", "Event")], "no id was reused");
    assert_eq!((breaks[0].direction, &*breaks[0].releases), (Direction::Both, &[1, 2][..]));
    let acks = "TA7001 Event until 2026-12-31 because renamed: it was never an event\n";
    let report = check(&lock, &third, Facts::of_lanes(), acks).unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
    // Released, it is let through for good, and nothing is told among the releases.
    let record = [ack("TA7001", "Event", "renamed")];
    let lock = frozen(&[(&first, &[]), (&second, &field), (&third, &record)]);
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
}

#[test]
fn a_record_is_not_followed_where_no_release_renamed_it() {
    let [first, second, third] = renamed_after_a_change();
    // Nobody was called `Event` and is called `Switch`: between the two the id was another record's.
    let other = catalog("record 0x0100 Other version 1 size 8\n  0 8 u64 at\n");
    let through = [ack("TA4001", "Other", "nobody had the first")];
    let lock = frozen(&[(&first, &[]), (&other, &through)]);
    let found = graver(&check(&lock, &third, Facts::of_lanes(), "").unwrap());
    assert!(found.contains(&("TA4001", "Switch".to_owned(), vec![1, 2])), "{found:?}");
    assert!(found.iter().all(|(rule, ..)| *rule != "TA7001"), "{found:?}");
    // Another id is another record, whatever it holds and whatever it is called.
    let mut moved = second.clone();
    moved.records[0].id = 0x0101;
    let found = graver(&check(&frozen(&[(&second, &[])]), &moved, Facts::of_lanes(), "").unwrap());
    assert_eq!(found, [("TA4002", "Event".to_owned(), vec![1])]);
}

#[test]
fn a_record_that_is_renamed_and_grown_is_both() {
    let grown = catalog(&TWO.replace("Event", "Switch"));
    let lock = frozen(&[(&catalog(ONE), &[])]);
    let report = check(&lock, &grown, Facts::of_lanes(), "").unwrap();
    let said: Vec<_> = report
        .findings
        .iter()
        .map(|finding| (finding.rule.id, &*finding.subject, finding.breaks()))
        .collect();
    assert_eq!(said, [("TA7001", "Event", true), ("TA1005", "Event.count", false)]);
    // The next release grows on, and the first is held against the third.
    let record = [ack("TA7001", "Event", "renamed")];
    let lock = frozen(&[(&catalog(ONE), &[]), (&grown, &record)]);
    let third = catalog(&THREE.replace("Event", "Switch"));
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
}

#[test]
fn a_name_breaks_both_directions_until_a_person_says_that_it_was_renamed() {
    let text = |field: &str, value: &str, flag: &str| {
        catalog(&format!(
            "code Why u32\n  40 {value}\nflags Mode u32\n  0x1 {flag}\nrecord 0x0100 Event version 1 size 16\n  0 8 u64 \
             {field}\n  8 4 Code<Why> why\n  12 4 Flags<Mode> mode\n"
        ))
    };
    let lock = frozen(&[(&text("parsing_drops", "Mknodat", "Readable"), &[])]);
    let changed = text("ctx_no_memory_drops", "MsgRing", "Dirty");
    let subjects =
        [("TA7002", "Event.parsing_drops"), ("TA7003", "Mode::Readable"), ("TA7003", "Why::Mknodat")];
    let directions = |reason: &str| {
        let acks =
            subjects.map(|(rule, subject)| format!("{rule} {subject} until 2026-12-31 because {reason}\n"));
        let acks = if reason.is_empty() { String::new() } else { acks.concat() };
        let report = check(&lock, &changed, Facts::of_lanes(), &acks).unwrap();
        let mut said: Vec<_> = report
            .findings
            .iter()
            .map(|finding| (finding.rule.id, finding.subject.clone(), finding.breaks(), finding.direction))
            .collect();
        said.sort();
        said
    };
    let expected = |breaks: bool, direction| {
        subjects.map(|(rule, subject)| (rule, subject.to_owned(), breaks, direction)).to_vec()
    };
    assert_eq!(directions(""), expected(true, Direction::Both));
    assert_eq!(directions("renamed: the old word was wrong"), expected(false, Direction::Source));
    // Whoever lets it through without saying so has not said that nobody misreads it.
    assert_eq!(directions("we renamedit"), expected(false, Direction::Both));
    assert_eq!(directions("reused, nobody had it"), expected(false, Direction::Both));
}

#[test]
fn ten_counters_that_change_their_names_at_once_break_both() {
    let text = |names: &mut dyn Iterator<Item = usize>| {
        let fields = names.enumerate().map(|(at, name)| format!("  {} 8 u64 drops{name}\n", 8 * at));
        catalog(&format!("record 0x0100 Event version 1 size 80\n{}", fields.collect::<String>()))
    };
    let old = text(&mut (0..10));
    let both = |new: &Catalog| -> Vec<(&'static str, String)> {
        let found = compare(&old, new, &Facts::of_lanes());
        let both = found.into_iter().filter(|finding| finding.direction == Direction::Both);
        both.map(|finding| (finding.rule.id, finding.subject)).collect()
    };
    let all: Vec<_> = (0..10).map(|at| ("TA7002", format!("Event.drops{at}"))).collect();
    assert_eq!(both(&text(&mut (10..20))), all);
    let shifted = both(&text(&mut (1..11)));
    assert!(shifted.contains(&("TA1001", "Event.drops1".to_owned())), "{shifted:?}");
}

#[test]
fn a_renamed_part_of_a_composite_breaks_programs_alone_once_it_is_said() {
    let text = |part: &str| {
        catalog(&format!(
            "struct Place size 8\n  0 4 u32 {part}\n  4 4 u32 column\nrecord 0x0100 Event version 1 size 8\n  0 8 \
             Struct<Place> at\n"
        ))
    };
    let lock = frozen(&[(&text("line"), &[])]);
    let direction = |acks: &str| {
        let report = check(&lock, &text("row"), Facts::of_lanes(), acks).unwrap();
        let found = report.findings.iter().find(|finding| finding.rule.id == "TA1015").expect("it is told");
        (found.direction, found.breaks())
    };
    assert_eq!(direction(""), (Direction::Both, true));
    let line = |reason: &str| format!("TA7002 Place.line until 2026-12-31 because {reason}\n");
    assert_eq!(direction(&line("renamed")), (Direction::Source, false));
    assert_eq!(direction(&line("it does not matter")), (Direction::Both, false));
    // The release keeps what was said, and its own composite is let through with its parts.
    let through = [ack("TA7002", "Place.line", "renamed")];
    let lock = frozen(&[(&text("line"), &[]), (&text("row"), &through)]);
    let report = check(&lock, &text("row"), Facts::of_lanes(), "").unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
}
