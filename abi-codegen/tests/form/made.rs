//! Reports that are made by hand: what the forms must show, whatever the law finds.

use std::collections::BTreeMap;

use abi_codegen::law::{
    Checked, Compared, Direction, Finding, Laid, Layouts, Moved, Place, Report, Rule, Seen, Severity, Side,
    Skipped, Span, Witness,
};

static MOVED: Rule = Rule {
    id: "TA1001",
    slug: "field-offset-changed",
    severity: Severity::Break,
    direction: Direction::Both,
    facts: &[],
    checked: Checked::ByComparison,
    why: "A reader takes a value from the bytes that its own catalog names.",
    instead: "Leave the field where it was released; append the new one.",
};

static RETYPED: Rule = Rule {
    id: "TA2001",
    slug: "signedness-changed",
    severity: Severity::Break,
    direction: Direction::OldReader,
    instead: "Append a field of the other type with `since`.",
    ..MOVED
};

static RENAMED: Rule = Rule {
    id: "TA7002",
    slug: "field-renamed-in-place",
    severity: Severity::Break,
    direction: Direction::Source,
    instead: "Keep the released name.",
    ..MOVED
};

static UNIT: Rule = Rule {
    id: "TA6001",
    slug: "unit-changed",
    severity: Severity::Review,
    direction: Direction::Both,
    instead: "",
    ..MOVED
};

static APPENDED: Rule = Rule {
    id: "TA1005",
    slug: "field-appended",
    severity: Severity::Note,
    direction: Direction::Nobody,
    ..MOVED
};

pub(crate) fn finding(rule: &'static Rule, subject: &str, what: &str) -> Finding {
    Finding {
        rule,
        severity: rule.severity,
        direction: rule.direction,
        catalog: "proc".to_owned(),
        subject: subject.to_owned(),
        record: subject.split_once('.').map(|(record, _)| record.to_owned()),
        old: None,
        new: None,
        what: what.to_owned(),
        instead: rule.instead.to_owned(),
        reached: Vec::new(),
        moved: Vec::new(),
        releases: Vec::new(),
        witness: None,
        acknowledged: None,
    }
}

fn place(text: &str, offset: u32, size: u32) -> Place {
    Place { text: text.to_owned(), bytes: Some(Span { offset, size }) }
}

pub(crate) fn laid(name: &str, ty: &str, offset: u32, size: u32) -> Laid {
    let reserved = name.starts_with('_');
    Laid { name: name.to_owned(), ty: ty.to_owned(), bytes: Span { offset, size }, reserved }
}

fn compared(catalog: &str, records: usize) -> Compared {
    Compared {
        catalog: catalog.to_owned(),
        old: format!("release 5 of spec/abi/{catalog}.lock, and all before it"),
        new: format!("the code of `{catalog}`"),
        file: Some(format!("spec/abi/{catalog}.lock")),
        lines: BTreeMap::new(),
        records,
        pairs: 15,
    }
}

fn skipped() -> Skipped {
    Skipped {
        what: "the code of `net`".to_owned(),
        why: "spec/abi/net.lock has no release: freeze the first".to_owned(),
    }
}

/// Everything at once: breaks of one record, of another, of none; to review, let through, worth knowing.
pub(crate) fn several() -> Report {
    let mut moved = finding(&MOVED, "Switch.prev", "`prev` moved from byte 8 to byte 16");
    (moved.old, moved.new) = (Some(place("u32", 8, 4)), Some(place("u32", 16, 4)));
    moved.moved = vec![
        Moved { field: "prev".to_owned(), from: 8, to: 16 },
        Moved { field: "next".to_owned(), from: 12, to: 20 },
    ];
    moved.releases = vec![1, 2, 3, 5];
    moved.witness = Some(Witness {
        record: "Switch".to_owned(),
        writer: Side::New,
        version: 2,
        payload: (0..24).collect(),
        seen: vec![Seen { field: "prev".to_owned(), meant: "5".to_owned(), seen: "1280".to_owned() }],
    });
    let mut retyped = finding(&RETYPED, "Switch.delta", "`delta` was signed, and is not any more");
    (retyped.old, retyped.new) = (Some(place("i16", 4, 2)), Some(place("u16", 4, 2)));
    retyped.releases = vec![5];
    retyped.witness.clone_from(&moved.witness);
    let mut unit = finding(&UNIT, "Switch.cpu", "`cpu` was counted in nothing, and is in `Hz` now");
    (unit.old, unit.new) = (Some(place("no unit", 0, 1)), Some(place("Hz", 0, 1)));
    let mut renamed = finding(&RENAMED, "State::Gone", "`Gone` is called `Dead` now");
    renamed.reached = ["Exit", "Fork", "Switch"].map(str::to_owned).to_vec();
    let mut known = finding(&MOVED, "Exit.code", "`code` moved from byte 4 to byte 8");
    known.acknowledged = Some("no reader was ever shipped (until 2027-01-31)".to_owned());
    let appended = finding(&APPENDED, "Fork.depth", "`depth` was appended in version 3");
    Report {
        compared: vec![compared("proc", 12)],
        skipped: vec![skipped()],
        findings: vec![moved, retyped, renamed, unit, known, appended],
        layouts: BTreeMap::from([("Switch".to_owned(), switch())]),
    }
}

fn switch() -> Layouts {
    Layouts {
        old: vec![
            laid("cpu", "u8", 0, 1),
            laid("involuntary_switches", "u8", 1, 1),
            laid("_pad", "[u8; 2]", 2, 2),
            laid("delta", "i16", 4, 2),
            laid("flags", "Flags<SwitchFlags, u16>", 6, 2),
            laid("prev", "u32", 8, 4),
            laid("next", "u32", 12, 4),
        ],
        new: vec![
            laid("cpu", "u8", 0, 1),
            laid("voluntary_switches", "u8", 1, 1),
            laid("_pad", "[u8; 2]", 2, 2),
            laid("delta", "u16", 4, 2),
            laid("flags", "Flags<SwitchFlags, u16>", 6, 2),
            laid("start", "u64", 8, 8),
            laid("prev", "u32", 16, 4),
            laid("next", "u32", 20, 4),
        ],
    }
}

/// Everything that was compared is compatible.
pub(crate) fn clean() -> Report {
    Report { findings: Vec::new(), skipped: Vec::new(), layouts: BTreeMap::new(), ..several() }
}

/// Nothing was compared.
pub(crate) fn nothing() -> Report {
    Report { compared: Vec::new(), skipped: vec![skipped()], ..clean() }
}

/// Two catalogs in one report.
pub(crate) fn two_catalogs() -> Report {
    let tampered = finding(&MOVED, "net@3", "line 12: release 3 is not as it was frozen");
    let elsewhere = finding(&MOVED, "Packet.len", "`len` moved from byte 4 to byte 8");
    Report {
        compared: vec![compared("proc", 12), compared("net", 3)],
        findings: vec![tampered, elsewhere],
        ..clean()
    }
}

/// A large record: one field put in before two hundred, and an array that grew.
pub(crate) fn large() -> Report {
    let counters =
        |from: u32| (0..200).map(move |at| laid(&format!("counter_{at}"), "u64", from + at * 8, 8));
    let old = [laid("id", "u64", 0, 8), laid("cpu", "u64", 8, 8)].into_iter().chain(counters(16));
    let new = [laid("id", "u64", 0, 8), laid("cpu", "u64", 8, 8), laid("node", "u64", 16, 8)];
    let new = new.into_iter().chain(counters(24));
    let layouts = Layouts {
        old: old.chain([laid("comm", "[u8; 400]", 1616, 400), laid("end", "u64", 2016, 8)]).collect(),
        new: new.chain([laid("comm", "[u8; 800]", 1624, 800), laid("end", "u64", 2424, 8)]).collect(),
    };
    let mut inserted = finding(&MOVED, "Usage.node", "`node` was put in before `counter_0`");
    inserted.new = Some(place("u64", 16, 8));
    inserted.moved = (0..200)
        .map(|at| Moved { field: format!("counter_{at}"), from: 16 + at * 8, to: 24 + at * 8 })
        .collect();
    Report { findings: vec![inserted], layouts: BTreeMap::from([("Usage".to_owned(), layouts)]), ..clean() }
}

/// Text that terminals, runners and parsers would obey.
pub(crate) const HOSTILE: &str =
    "a%0Ab\n::error::x\r]]>&<\"'\u{1b}[31m\u{0}\u{7}\u{202e}\u{fffe}##[error],c:d\u{85}\u{2028}";

/// Every text of a report is hostile, and every name long.
pub(crate) fn hostile() -> Report {
    let mut report = several();
    let long = format!("{HOSTILE}{}", "x".repeat(300));
    let names = |text: &mut String| text.clone_from(&long);
    for finding in &mut report.findings {
        let texts = [&mut finding.subject, &mut finding.what, &mut finding.instead];
        texts.into_iter().for_each(names);
        let places = [&mut finding.old, &mut finding.new].into_iter().flatten();
        places.for_each(|place| names(&mut place.text));
        finding.reached.iter_mut().for_each(names);
        finding.moved.iter_mut().for_each(|moved| names(&mut moved.field));
        finding.record = finding.record.as_ref().map(|_| long.clone());
        finding.acknowledged.iter_mut().for_each(names);
        if let Some(witness) = &mut finding.witness {
            names(&mut witness.record);
            witness.seen.iter_mut().for_each(|seen| {
                [&mut seen.field, &mut seen.meant, &mut seen.seen].into_iter().for_each(names);
            });
        }
    }
    let mut layouts = switch();
    for field in layouts.old.iter_mut().chain(&mut layouts.new) {
        field.name.insert_str(0, &long);
        names(&mut field.ty);
    }
    report.layouts = BTreeMap::from([(long.clone(), layouts)]);
    for compared in &mut report.compared {
        [&mut compared.catalog, &mut compared.old, &mut compared.new].into_iter().for_each(names);
        compared.file = Some(long.clone());
    }
    report.skipped.iter_mut().for_each(|one| [&mut one.what, &mut one.why].into_iter().for_each(names));
    report
}
