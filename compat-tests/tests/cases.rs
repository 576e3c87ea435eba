//! Real breaks from the history of real systems: the law reaches the verdict that history did, and raises no
//! alarm where nothing broke.
//!
//! A case is a file in `tests/cases/`. Where it has several sides (another target, the shape before the
//! repair), each is a file of its own with a letter behind the number. Lines before the first section:
//!
//! - `verdict`: BREAK; COND, nobody breaks as long as something is declared; OK, no alarm; SRC, only sources
//!   break; HAZARD, one look at the shape is enough; PROC, a slip of process; UNSEEN
//! - `rules`: every one is found: as a break, or for OK and COND as what is worth knowing; a rule that no
//!   comparison finds is held by one of the lines below. `direction`: who breaks, of the first rule
//! - `silent`: rules that say nothing; `count RULE N`: how often one says something
//! - `facts`: what is declared of the stream, that of lanes when missing; `without`: what is not declared when
//!   a condition is not fulfilled, all when missing; `acknowledge RULE SUBJECT because REASON`: the condition
//!   is that a person says so
//! - `target`: the target whose layout it is; `unchanged`: on that target, nothing changed
//! - `refused RULE`: the model refuses the first section; others show what it takes instead
//! - `ui FILE says WORDS`: the compiler refuses the shape in these words (`tests/ui/`)
//! - `held by FILE: TEST`: a test that holds the process
//! - `because`: why nobody can see it
//!
//! Every section is compared with every later one. Shapes are reduced to the fields that matter. Numbers that
//! a target aligns to less than their width are rows of narrower ones: the offsets are those of history.

#[path = "cases/bulk.rs"]
mod bulk;
#[path = "cases/judge.rs"]
mod judge;
#[path = "cases/pair.rs"]
mod pair;
#[path = "cases/proof.rs"]
mod proof;
#[path = "cases/shown.rs"]
mod shown;
#[path = "cases/verdict.rs"]
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use compat_tests::case::Case;
use judge::judge;
use verdict::Verdict;

/// Every case.
const CASES: &str = "A02 A03 A06 A07 A09 A11 A12 A13 A16 A17 A18 A19 A21 A22 \
    B01 B03 B05 B06 B08 B12 B13 B15 B16 B17 B18 B19 B20 B22 B24 \
    C01 C02 C05 C08 C09 C10 C11 C12 C14 C15 C16 C18 C19 C20 C21 C22 C23 C24 C26 C28 C29 C30 C31 C32 \
    D02 D04 E03 E04 E05 E06 E10 E12 E15 E17 E18 E20 E21";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// Returns the number of the case of which this is a side.
fn number(case: &Case) -> &str {
    case.id.get(..3).unwrap_or(&case.id)
}

#[test]
fn every_case_is_accounted_for() {
    let (mut lines, mut wrong, mut held) = (Vec::new(), Vec::new(), BTreeSet::new());
    let cases = Case::all(&folder());
    for case in &cases {
        match judge(case) {
            Ok(how) => {
                let verdict = case.line("verdict").unwrap_or_default();
                let target = case.line("target").map_or(String::new(), |target| format!(" ({target})"));
                lines.push(format!("{:<5}{verdict:<8}{}{target}", case.id, case.title));
                lines.extend(how.iter().map(|how| format!("{:13}- {how}", "")));
                held.insert(number(case).to_owned());
            }
            Err(why) => wrong.push(format!("{}: {why}", case.id)),
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    let expected: BTreeSet<String> = CASES.split_whitespace().map(str::to_owned).collect();
    assert_eq!(held, expected, "cases without a file, or files without a case");
    assert_eq!(expected.len(), 66);
    lines.push(format!("{} of {} cases accounted for", held.len(), expected.len()));
    println!("{}", lines.join("\n"));
    kept("table", &lines.join("\n"));
}

#[test]
fn what_the_law_says_of_each_case_is_kept() {
    let mut families: BTreeMap<char, Vec<String>> = BTreeMap::new();
    for case in Case::all(&folder()).iter().filter(|case| case.sections.len() > 1) {
        let family = case.id.chars().next().unwrap_or_default();
        let shown = shown::shown(case).unwrap_or_else(|why| panic!("{}: {why}", case.id));
        families.entry(family).or_default().push(shown);
    }
    for (family, cases) in families {
        kept(&family.to_string(), &cases.join("\n"));
    }
}

/// A case that states another verdict is not held: the verdicts are not all one to the judge.
#[test]
fn no_case_could_state_another_verdict() {
    // Who breaks and by which slip is one to bytes; what is on a condition is fine where it is fulfilled.
    let alike = [("PROC", "BREAK"), ("COND", "OK"), ("OK", "COND"), ("PROC", "HAZARD")];
    let mut wrong = Vec::new();
    for case in Case::all(&folder()).iter().filter(|case| case.line("generated").is_none()) {
        let stated = case.line("verdict").unwrap_or_default();
        for other in ["BREAK", "COND", "OK", "SRC", "HAZARD", "UNSEEN"] {
            if stated == other || alike.contains(&(stated, other)) {
                continue;
            }
            let mut changed = case.clone();
            changed.lines.iter_mut().filter(|(word, _)| word == "verdict").for_each(|(_, verdict)| {
                other.clone_into(verdict);
            });
            if judge(&changed).is_ok() {
                wrong.push(format!("{} is {stated}, and could be {other}", case.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a table of tools takes over, of the first side of each case: `caught`; `no alarm`, where nothing
/// breaks, or nothing as long as something is declared; `ALARM`, where a person has to let through what broke
/// nobody; `missed`; `cannot say`.
#[test]
fn the_table_of_tools_is_told_what_the_cases_say() {
    let mut said: BTreeMap<String, &str> = BTreeMap::new();
    for case in Case::all(&folder()).iter().filter(|case| case.id == number(case)) {
        let word = match (judge(case), Verdict::of(case)) {
            (Err(_), _) | (_, Err(_)) => "missed",
            (_, Ok(Verdict::Condition)) if case.line("acknowledge").is_some() => "ALARM",
            (_, Ok(Verdict::Fine | Verdict::Condition)) => "no alarm",
            (_, Ok(Verdict::Unseen)) => "cannot say",
            _ => "caught",
        };
        said.insert(case.id.clone(), word);
    }
    let text = serde_json::to_string_pretty(&said).expect("words are JSON") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/testimony.json");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(known, text, "peers/testimony.json is stale: run `cargo xtask bless`");
}

fn kept(name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => folder().join("snapshots"), prepend_module_to_snapshot => false
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn no_snapshot_is_left_over() {
    let files = std::fs::read_dir(folder().join("snapshots")).expect("the snapshots");
    let files = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let expected = ["A", "B", "C", "D", "E", "table"].map(|name| format!("{name}.snap"));
    assert_eq!(files.collect::<BTreeSet<_>>(), BTreeSet::from(expected), "not asked for, or not accepted");
}
