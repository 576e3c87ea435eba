//! A catalog, held against everything that was released of it (LAW-3, LAW-9).

#[path = "history/renames.rs"]
mod renames;

use abi_codegen::Catalog;
use abi_codegen::law::{Called, Direction, Fact, Facts, Law, LawError, Report, Severity, Verdict, compare};
use abi_codegen::lock::{Acknowledged, Loaded, Lock};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 23);

/// A catalog of what a release in a lock holds.
fn catalog(entries: &str) -> Catalog {
    let zeros = "0".repeat(32);
    let text = format!(
        "testimony-lock 1 demo\n\nrelease 1 2026-01-01\nfingerprint {zeros}\nprefix demo\n{entries}seal {zeros}\n"
    );
    Lock::load(&text).expect("a lock").lock.releases.remove(0).catalog.as_ref().clone()
}

/// The lock in which `releases` were frozen, each with what it was let through with.
fn frozen(releases: &[(&Catalog, &[Acknowledged])]) -> Loaded {
    let mut text = abi_lock::first_line("demo");
    for (catalog, acknowledged) in releases {
        let loaded = Lock::load(&text).expect("a lock");
        text = loaded.lock.freeze(&text, catalog, "2026-01-01", acknowledged);
    }
    let loaded = Lock::load(&text).expect("a lock");
    assert_eq!(loaded.tampered, [], "{text}");
    loaded
}

fn check(lock: &Loaded, current: &Catalog, facts: Facts, acks: &str) -> Result<Report, LawError> {
    let acknowledgements = abi_lock::parse_acknowledgements(acks).expect("acknowledgements");
    let law = Law { facts, today: TODAY, acknowledgements: &acknowledgements };
    law.check(lock, "demo.lock", Called { catalog: current, name: "the code", file: Some("demo.lock") })
}

/// Rules, subjects and releases of what is graver than a note.
fn graver(report: &Report) -> Vec<(&'static str, String, Vec<u32>)> {
    let graver = report.findings.iter().filter(|finding| finding.severity > Severity::Note);
    graver.map(|finding| (finding.rule.id, finding.subject.clone(), finding.releases.clone())).collect()
}

const ONE: &str =
    "record 0x0100 Event version 1 size 16\n  0 8 u64 at unit=ns\n  8 4 u32 pid\n  12 4 u32 cpu\n";
const TWO: &str = "record 0x0100 Event version 2 size 24\n  0 8 u64 at unit=ns\n  8 4 u32 pid\n  12 4 u32 cpu\n  16 8 \
                   u64 count since=2\n";
const THREE: &str = "record 0x0100 Event version 3 size 32\n  0 8 u64 at unit=ns\n  8 4 u32 pid\n  12 4 u32 cpu\n  16 \
                     8 u64 count since=2\n  24 8 u64 total since=3\n";

fn ack(rule: &str, subject: &str, reason: &str) -> Acknowledged {
    Acknowledged { rule: rule.to_owned(), subject: subject.to_owned(), reason: reason.to_owned() }
}

#[test]
fn a_record_that_only_grew_breaks_nobody_and_is_told_once() {
    let releases = [catalog(ONE), catalog(TWO)];
    let lock = frozen(&[(&releases[0], &[]), (&releases[1], &[])]);
    let report = check(&lock, &catalog(THREE), Facts::of_lanes(), "").unwrap();
    assert_eq!(graver(&report), []);
    let subjects: Vec<&str> = report.findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(subjects, ["Event.total"], "growth is told against the newest release only");
    assert_eq!(report.findings[0].releases, [2]);
    assert_eq!(report.verdict(true), Verdict::Compatible);
    assert_eq!((report.compared[0].records, report.compared[0].pairs), (1, 3));
    assert!(report.layouts.is_empty(), "what is only noted is not drawn");
}

#[test]
fn growth_breaks_where_a_fact_is_missing() {
    let releases = [catalog(ONE), catalog(TWO)];
    let lock = frozen(&[(&releases[0], &[]), (&releases[1], &[])]);
    let facts = Facts::new(Fact::ALL.into_iter().filter(|fact| *fact != Fact::SizeOnWire));
    let report = check(&lock, &catalog(THREE), facts, "").unwrap();
    let found = graver(&report);
    assert!(found.contains(&("TA1005", "Event.total".to_owned(), vec![1, 2])), "{found:?}");
    assert!(found.contains(&("TA1005", "Event.count".to_owned(), vec![1])), "{found:?}");
}

#[test]
fn what_breaks_several_releases_is_told_once_with_all_of_them() {
    let releases = [catalog(ONE), catalog(TWO)];
    let lock = frozen(&[(&releases[0], &[]), (&releases[1], &[])]);
    let broken = catalog(&TWO.replace("unit=ns", "unit=us"));
    let report = check(&lock, &broken, Facts::of_lanes(), "").unwrap();
    let found = graver(&report);
    assert!(found.contains(&("TA6001", "Event.at".to_owned(), vec![1, 2])), "{found:?}");
    assert_eq!(report.verdict(false), Verdict::Incompatible);
    let layouts = &report.layouts["Event"];
    assert_eq!((layouts.old.len(), layouts.new.len()), (4, 4));
    assert_eq!(layouts.old[3].name, "count");
    assert!(report.findings[0].witness.is_some(), "a unit shows in what is read");
}

#[test]
fn a_release_that_went_back_is_found_against_the_one_before_it() {
    // The newest release alone is compatible with the code; the one before is not.
    let releases = [catalog(TWO), catalog(ONE)];
    let lock = frozen(&[(&releases[0], &[]), (&releases[1], &[])]);
    let report = check(&lock, &catalog(ONE), Facts::of_lanes(), "").unwrap();
    let found = graver(&report);
    assert!(found.contains(&("TA1003", "Event.count".to_owned(), vec![1])), "{found:?}");
    assert!(found.contains(&("TA4010", "Event".to_owned(), vec![1])), "{found:?}");
    let among =
        report.findings.iter().filter(|finding| finding.what.starts_with("release 2 against release 1"));
    assert!(among.count() >= 2, "the lock itself holds the break: {:#?}", report.findings);
}

#[test]
fn releases_that_are_compatible_with_their_neighbour_need_not_be_with_the_next() {
    let code = |values: &str, ty: &str| {
        let entries =
            format!("{values}record 0x0100 Event version 1 size 8\n  0 4 u32 pid\n  4 4 {ty} why\n");
        catalog(&entries)
    };
    let first = code("code Why u32\n  1 Read\n  2 Write\n", "Code<Why>");
    let second = code("", "u32");
    let third = code("code Why u32\n  2 Read\n  1 Write\n", "Code<Why>");
    // All names go, and people looked at that; other names come, which breaks nobody.
    let gone = ["TA3002 Why::Read", "TA3002 Why::Write", "TA4009 Event"];
    let acks: String =
        gone.map(|line| format!("{line} until 2026-12-31 because nobody used them\n")).concat();
    let report = check(&frozen(&[(&first, &[])]), &second, Facts::of_lanes(), &acks).unwrap();
    assert_eq!(report.verdict(false), Verdict::Compatible, "neighbours: {:#?}", report.findings);
    let report = check(&frozen(&[(&second, &[])]), &third, Facts::of_lanes(), "").unwrap();
    assert_eq!(graver(&report), [], "neighbours");
    let through = gone.map(|line| line.split_once(' ').expect("a rule and a subject"));
    let through = through.map(|(rule, subject)| ack(rule, subject, "nobody used them"));
    let lock = frozen(&[(&first, &[]), (&second, &through), (&third, &[])]);
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    assert_eq!(report.compared[0].pairs, 6);
    let found = graver(&report);
    assert!(
        found.contains(&("TA3001", "Why::Read".to_owned(), vec![1])),
        "the code against release 1: {found:?}"
    );
    assert!(
        found.contains(&("TA8010", "Why::Read".to_owned(), vec![1])),
        "release 3 against release 1: {found:?}"
    );
}

#[test]
fn what_a_release_was_let_through_with_excuses_that_and_nothing_else() {
    let (ns, us) = (catalog(ONE), catalog(&ONE.replace("unit=ns", "unit=us")));
    let ack = |rule: &str, subject: &str| Acknowledged {
        rule: rule.to_owned(),
        subject: subject.to_owned(),
        reason: "it was wrong".to_owned(),
    };
    let unit = ack("TA6001", "Event.at");
    let lock = frozen(&[(&ns, &[]), (&us, &[unit.clone(), ack("TA4009", "Event")])]);
    let report = check(&lock, &us, Facts::of_lanes(), "").unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
    let told = report.findings.iter().find(|finding| finding.rule.id == "TA6001").expect("it is told");
    assert_eq!(told.acknowledged.as_deref(), Some("it was wrong (let through in release 2)"));
    let lock = frozen(&[(&ns, &[]), (&us, &[unit])]);
    assert_eq!(check(&lock, &us, Facts::of_lanes(), "").unwrap().verdict(false), Verdict::Incompatible);
    // Going back breaks what has been released since, and the old acknowledgement is not for that.
    let lock = frozen(&[(&ns, &[]), (&us, &[ack("TA6001", "Event.at"), ack("TA4009", "Event")])]);
    assert_eq!(check(&lock, &ns, Facts::of_lanes(), "").unwrap().verdict(false), Verdict::Incompatible);
}

#[test]
fn acknowledgements_are_for_one_rule_and_one_subject_until_a_day() {
    let lock = frozen(&[(&catalog(ONE), &[])]);
    let us = catalog(&ONE.replace("unit=ns", "unit=us"));
    let verdict = |acks: &str| check(&lock, &us, Facts::of_lanes(), acks).map(|report| report.verdict(true));
    let version = "TA4009 Event until 2026-11-23 because why\n";
    let with = |line: &str| format!("{version}{line}");
    assert_eq!(verdict(&with("TA6001 Event.at until 2026-11-23 because why")), Ok(Verdict::Compatible));
    assert_eq!(verdict(&with("TA6001 Event.pid until 2026-11-23 because why")), Ok(Verdict::Incompatible));
    assert_eq!(verdict(&with("TA6002 Event.at until 2026-11-23 because why")), Ok(Verdict::Incompatible));
    assert!(matches!(
        verdict(&with("TA6001 Event.at until 2026-11-22 because why")),
        Err(LawError::Expired { line: 2, .. })
    ));
    assert!(matches!(verdict("TA6001 Event.at until 2026-02-30 because why"), Err(LawError::NoDay { .. })));
    assert!(matches!(verdict("TA0000 Event.at until 2026-12-31 because why"), Err(LawError::NoRule { .. })));
    let idle = check(&lock, &us, Facts::of_lanes(), "TA1001 Event.at until 2026-12-31 because why").unwrap();
    assert!(graver(&idle).iter().any(|(rule, ..)| *rule == "TA8013"));
}

#[test]
fn a_change_that_reaches_records_through_a_composite_is_acknowledged_with_its_parts() {
    let text = |unit: &str| {
        format!(
            "struct Place size 8\n  0 4 u32 line unit={unit}\n  4 4 u32 column\nrecord 0x0100 Event version 1 size 8\n  \
             0 8 Struct<Place> at\nrecord 0x0101 Other version 1 size 8\n  0 8 Struct<Place> at\n"
        )
    };
    let lock = frozen(&[(&catalog(&text("row")), &[])]);
    let changed = catalog(&text("page"));
    let report = check(&lock, &changed, Facts::of_lanes(), "").unwrap();
    let found = graver(&report);
    assert!(found.contains(&("TA1015", "Place".to_owned(), vec![1])), "{found:?}");
    let part = report.findings.iter().find(|finding| finding.subject == "Place.line").expect("the part");
    assert_eq!(part.reached, ["Event", "Other"]);
    let acks = "TA6001 Place.line until 2026-12-31 because why\nTA4009 Event until 2026-12-31 because why\nTA4009 Other \
                until 2026-12-31 because why\n";
    let report = check(&lock, &changed, Facts::of_lanes(), acks).unwrap();
    assert_eq!(report.verdict(true), Verdict::Compatible, "{:#?}", report.findings);
}

#[test]
fn lints_are_for_what_is_not_frozen_yet() {
    let frozen_one = "record 0x0100 Event version 1 size 8\n  0 4 f32 load\n  4 4 u32 count kind=counter\n";
    let lock = frozen(&[(&catalog(frozen_one), &[])]);
    let grown = "record 0x0100 Event version 2 size 16\n  0 4 f32 load\n  4 4 u32 count kind=counter\n  8 4 f32 mean \
                 since=2\n  12 4 u32 total since=2 kind=counter\n";
    let found = graver(&check(&lock, &catalog(grown), Facts::of_lanes(), "").unwrap());
    let lints: Vec<(&str, &str)> = found.iter().map(|(rule, subject, _)| (*rule, subject.as_str())).collect();
    assert_eq!(lints, [("TA9010", "Event.mean"), ("TA9021", "Event.total")]);
}

#[test]
fn what_is_of_another_catalog_or_empty_is_no_verdict_of_compatibility() {
    let lock = frozen(&[(&catalog(ONE), &[])]);
    let mut other = catalog(ONE);
    other.catalog = "other".to_owned();
    assert!(matches!(check(&lock, &other, Facts::of_lanes(), ""), Err(LawError::OtherCatalog { .. })));
    let empty = Lock::load(&abi_lock::first_line("demo")).unwrap();
    let report = check(&empty, &catalog(ONE), Facts::of_lanes(), "").unwrap();
    assert_eq!((report.verdict(false), report.skipped.len()), (Verdict::Incomplete, 1));
}

#[test]
fn an_edited_release_is_a_finding_of_its_own() {
    let text = frozen_text(&[&catalog(ONE), &catalog(TWO)]);
    let edited = Lock::load(&text.replacen("12 4 u32 cpu", "12 4 u32 cpus", 1)).unwrap();
    assert!(!edited.tampered.is_empty());
    let found = graver(&check(&edited, &catalog(TWO), Facts::of_lanes(), "").unwrap());
    assert!(found.contains(&("TA8001", "demo@1".to_owned(), vec![])), "{found:?}");
}

fn frozen_text(releases: &[&Catalog]) -> String {
    releases.iter().fold(abi_lock::first_line("demo"), |text, catalog| {
        Lock::load(&text).expect("a lock").lock.freeze(&text, catalog, "2026-01-01", &[])
    })
}

#[test]
fn what_an_older_release_was_let_through_with_is_not_for_a_later_one() {
    let ack = |rule: &str, subject: &str| Acknowledged {
        rule: rule.to_owned(),
        subject: subject.to_owned(),
        reason: "once".to_owned(),
    };
    let (ns, us) = (catalog(ONE), catalog(&ONE.replace("unit=ns", "unit=us")));
    let both = [ack("TA6001", "Event.at"), ack("TA4009", "Event")];
    // The break came in release 2; only release 1 was let through with it.
    let lock = frozen(&[(&ns, &both), (&us, &[])]);
    let report = check(&lock, &us, Facts::of_lanes(), "").unwrap();
    assert_eq!(report.verdict(false), Verdict::Incompatible);
    let adjacent: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.what.starts_with("release 2 against release 1"))
        .map(|finding| finding.rule.id)
        .collect();
    assert!(adjacent.contains(&"TA6001") && !adjacent.contains(&"TA8010"), "{adjacent:?}");
    // An acknowledgement of one field is not for another.
    let pid = catalog(&ONE.replace("unit=ns", "unit=us").replace("u32 pid", "u32 pid kind=identity"));
    let lock = frozen(&[(&ns, &[]), (&pid, &[ack("TA6001", "Event.pid"), ack("TA4009", "Event")])]);
    assert_eq!(check(&lock, &pid, Facts::of_lanes(), "").unwrap().verdict(false), Verdict::Incompatible);
}

#[test]
fn a_break_that_neighbours_tell_is_not_told_of_their_neighbours_again() {
    let (ns, us) = (catalog(ONE), catalog(&ONE.replace("unit=ns", "unit=us")));
    let later = catalog(&TWO.replace("unit=ns", "unit=us"));
    let lock = frozen(&[(&ns, &[]), (&us, &[]), (&later, &[])]);
    let report = check(&lock, &later, Facts::of_lanes(), "").unwrap();
    let of = |rule: &str| report.findings.iter().filter(|finding| finding.rule.id == rule).count();
    assert_eq!(of("TA8010"), 0, "{:#?}", report.findings);
    assert_eq!(of("TA6001"), 2, "once against the code, once among the releases");
}

#[test]
fn a_pair_that_is_no_neighbour_is_told_beside_one_that_is() {
    let entries = |values: &str, ty: &str, unit: &str| {
        catalog(&format!(
            "{values}record 0x0100 Event version 1 size 8\n  0 4 u32 pid\n  4 4 {ty} why\nrecord 0x0101 Other version 1 \
             size 8\n  0 8 u64 at unit={unit}\n"
        ))
    };
    let first = entries("code Why u32\n  1 Read\n  2 Write\n", "Code<Why>", "ns");
    let second = entries("", "u32", "ns");
    let third = entries("code Why u32\n  2 Read\n  1 Write\n", "Code<Why>", "us");
    let lock = frozen(&[(&first, &[]), (&second, &[]), (&third, &[])]);
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    let pairs = report.findings.iter().filter(|finding| finding.rule.id == "TA8010");
    let subjects: Vec<&str> = pairs.map(|finding| finding.subject.as_str()).collect();
    assert!(subjects.contains(&"Why::Read") && !subjects.contains(&"Other.at"), "{subjects:?}");
}

#[test]
fn a_note_needs_no_acknowledgement() {
    let lock = frozen(&[(&catalog(ONE), &[])]);
    let acks = "TA1005 Event.count until 2026-12-31 because it is fine\n";
    let found = graver(&check(&lock, &catalog(TWO), Facts::of_lanes(), acks).unwrap());
    assert_eq!(found, [("TA8013", "Event.count".to_owned(), vec![])]);
}

#[test]
fn two_catalogs_of_different_names_are_not_compared() {
    let law = Law { facts: Facts::of_lanes(), today: TODAY, acknowledgements: &[] };
    let (one, mut other) = (catalog(ONE), catalog(ONE));
    other.catalog = "other".to_owned();
    let called = |catalog| Called { catalog, name: "a file", file: None };
    assert!(matches!(law.compare(called(&one), called(&other)), Err(LawError::OtherCatalog { .. })));
    let report = law.compare(called(&one), called(&one)).unwrap();
    assert_eq!((report.verdict(true), report.compared[0].pairs), (Verdict::Compatible, 1));
}

#[test]
fn of_two_findings_of_one_key_the_graver_stands() {
    // Held against bytes that are as old as the claim says it is none; against younger ones it breaks.
    let reserved = |since: &str| {
        catalog(&format!(
            "record 0x0100 Event version 2 size 24\n  0 8 u64 at\n  8 8 [u8;8] _rest{since} reserved\n  16 8 u64 pid \
             since=2\n"
        ))
    };
    let (first, second) = (reserved(" since=2"), reserved(""));
    let claim = catalog(
        "record 0x0100 Event version 3 size 24\n  0 8 u64 at\n  8 8 u64 more since=3 bytes_since=1\n  16 8 u64 pid \
         since=2\n",
    );
    for (releases, younger) in [([&first, &second], 1), ([&second, &first], 2)] {
        let lock = frozen(&[(releases[0], &[]), (releases[1], &[])]);
        let report = check(&lock, &claim, Facts::of_lanes(), "").unwrap();
        let claims = report.findings.iter().filter(|finding| finding.subject == "Event.more");
        let told: Vec<_> =
            claims.map(|finding| (finding.rule.id, finding.severity, finding.releases.clone())).collect();
        assert_eq!(told, [("TA1011", Severity::Break, vec![younger])], "{:#?}", report.findings);
    }
}

#[test]
fn what_a_composite_held_can_be_claimed_once_it_is_spelled_out() {
    let first = catalog(
        "struct Place size 8\n  0 4 u32 line\n  4 4 [u8;4] _rest reserved\nrecord 0x0100 Event version 1 size 8\n  0 8 \
         Struct<Place> at\n",
    );
    let second =
        catalog("record 0x0100 Event version 1 size 8\n  0 4 u32 line\n  4 4 [u8;4] _rest reserved\n");
    let third = catalog(
        "record 0x0100 Event version 2 size 8\n  0 4 u32 line\n  4 4 u32 column since=2 bytes_since=1\n",
    );
    let lock = frozen(&[(&first, &[]), (&second, &[])]);
    let report = check(&lock, &third, Facts::of_lanes(), "").unwrap();
    assert_eq!(graver(&report), [], "{:#?}", report.findings);
    // Inside the composite it is no claim: that is frozen whole.
    let within = catalog(
        "struct Place size 8\n  0 4 u32 line\n  4 4 u32 column\nrecord 0x0100 Event version 1 size 8\n  0 8 \
         Struct<Place> at\n",
    );
    let found = graver(&check(&frozen(&[(&first, &[])]), &within, Facts::of_lanes(), "").unwrap());
    assert!(found.contains(&("TA1011", "Place.column".to_owned(), vec![1])), "{found:?}");
}

#[test]
fn a_listed_composite_has_no_version_unless_a_minor_number_is_declared() {
    let text = |rest: &str| {
        catalog(&format!(
            "struct Header size 16\n  0 4 u32 magic\n  4 4 u32 minor\n  8 8 {rest}\nrecord 0x0100 Event version 1 size \
             8\n  0 8 u64 at\nlist structs Header\n"
        ))
    };
    let (old, claimed) = (text("[u8;8] _rest reserved"), text("u64 body_offset"));
    let judged = |facts: Facts| -> Vec<_> {
        let found = compare(&old, &claimed, &facts);
        found
            .into_iter()
            .map(|found| (found.rule.id, found.subject, found.severity, found.direction))
            .collect()
    };
    let minor = || Fact::ALL.into_iter();
    let claim = |severity, direction| ("TA1011", "Header.body_offset".to_owned(), severity, direction);
    let alignment = |severity, direction| ("TA1009", "Header".to_owned(), severity, direction);
    let (breaks, note) = ((Severity::Break, Direction::Both), (Severity::Note, Direction::Nobody));
    assert_eq!(judged(Facts::of_lanes()), [claim(breaks.0, breaks.1), alignment(breaks.0, breaks.1)]);
    assert_eq!(judged(Facts::new(minor())), [claim(note.0, note.1), alignment(note.0, note.1)]);
    // The minor number stands for a version; that what was reserved is zero is another fact.
    let without = judged(Facts::new(minor().filter(|fact| *fact != Fact::ReservedZero)));
    assert_eq!(without, [claim(breaks.0, breaks.1), alignment(note.0, note.1)]);
    // What is appended has no version either way.
    let longer = catalog(
        "struct Header size 24\n  0 4 u32 magic\n  4 4 u32 minor\n  8 8 [u8;8] _rest reserved\n  16 8 u64 \
         body_offset\nrecord 0x0100 Event version 1 size 8\n  0 8 u64 at\nlist structs Header\n",
    );
    let found = compare(&old, &longer, &Facts::new(minor()));
    assert!(
        found.iter().any(|found| (found.rule.id, found.severity) == ("TA1004", Severity::Break)),
        "{found:#?}"
    );
}

#[test]
fn flags_of_a_listed_composite_stay_open() {
    let text = |flags: &str| {
        catalog(&format!(
            "flags Mode u64\n{flags}struct Header size 8\n  0 8 Flags<Mode> mode\nrecord 0x0100 Event version 1 size 8\n  \
             0 8 u64 at\nlist structs Header\n"
        ))
    };
    let found = compare(&text("  0x1 Read\n"), &text("  0x1 Read\n  0x2 Write\n"), &Facts::of_lanes());
    let said: Vec<_> = found.iter().map(|found| (found.rule.id, found.severity)).collect();
    assert_eq!(said, [("TA3011", Severity::Note)]);
}
