//! Real breaks from the history of real systems, as far as our model can say them: the law reaches the verdict
//! that history did, and raises no alarm where nothing broke.
//!
//! A case is a file in `tests/cases/`; where one case has several sides (another machine, the shape before
//! the repair), each is a file with a letter behind the number. Lines before the first section:
//!
//! - `verdict`: BREAK; COND (nobody breaks as long as a fact is declared); OK (no alarm); SRC (sources only);
//!   HAZARD (one look at the shape is enough to refuse it); PROC (a slip of process)
//! - `rules`: the rules that the law must name, or for OK and COND may
//! - `refused RULE`: the model refuses the shape of section `before`, naming that rule
//! - `ui FILE`: the compiler refuses the shape; its message is kept in `tests/ui/`
//! - `held FILE WORD`: what holds it instead, and a word of the file that does
//! - `facts`, `without`: what is declared; for COND, what is declared when it breaks (nothing otherwise)

#![allow(
    clippy::format_push_string,
    reason = "text is put together by the line; a result for each would say that adding to a string can fail"
)]

#[path = "cases/bulk.rs"]
mod bulk;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use abi_codegen::law::{Direction, Fact, Facts, Finding, Severity, compare};
use compat_tests::case::{Case, catalog};

/// Every case that the design names.
const CASES: &str = "A02 A03 A06 A07 A09 A11 A12 A13 A16 A17 A18 A19 A21 A22 B01 B03 B05 B06 B08 B12 B13 B15 B16 B17 B18 \
                     B19 B20 B22 B24 C01 C02 C05 C08 C09 C10 C11 C12 C14 C15 C16 C18 C19 C20 C21 C22 C23 C24 C26 C28 C29 \
                     C30 C31 C32 D02 D04 E03 E04 E05 E06 E10 E12 E15 E17 E18 E20 E21";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn cases() -> Vec<Case> {
    Case::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"))
}

fn findings(case: &Case, facts: &Facts) -> Vec<Finding> {
    let side = |name: &str| {
        let section = case.section(name).unwrap_or_else(|| panic!("{}: no section {name}", case.id));
        catalog(section).unwrap_or_else(|error| panic!("{}, {name}: {error}", case.id))
    };
    compare(&side("before"), &side("after"), facts)
}

fn breaks(findings: &[Finding]) -> Vec<&'static str> {
    let breaks = findings.iter().filter(|finding| finding.severity == Severity::Break);
    breaks.map(|finding| finding.rule.id).collect()
}

/// Returns how a case is held, in a few words for the table.
///
/// # Errors
///
/// How it is not.
fn judge(case: &Case) -> Result<String, String> {
    if let Some(held) = case.line("held") {
        let (file, word) = held.split_once(' ').ok_or("`held` names a file and a word")?;
        let text = std::fs::read_to_string(root().join(file)).map_err(|error| format!("{file}: {error}"))?;
        return if text.contains(word) {
            Ok(format!("held by {file}"))
        } else {
            Err(format!("{file} has no {word}"))
        };
    }
    let mut how = Vec::new();
    for (_, file) in case.lines.iter().filter(|(word, _)| word == "ui") {
        let message =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(file).with_extension("stderr");
        std::fs::read_to_string(&message).map_err(|error| format!("{}: {error}", message.display()))?;
        how.push(format!("does not compile ({file})"));
    }
    if let Some(rule) = case.line("refused") {
        match catalog(case.section("before").unwrap_or_default()) {
            Ok(_) => return Err("the model takes the shape".to_owned()),
            Err(error) if error.to_string().contains(rule) => how.push(format!("refused by {rule}")),
            Err(error) => return Err(format!("refused, but not by {rule}: {error}")),
        }
    }
    if !how.is_empty() {
        return Ok(how.join(", "));
    }
    if case.line("table").is_some() {
        return bulk::judge();
    }
    compare_sides(case)
}

fn compare_sides(case: &Case) -> Result<String, String> {
    let (found, rules) = (findings(case, &case.facts()), case.words("rules"));
    let broken = breaks(&found);
    let all = |rules: &[&str], of: &[&str]| rules.iter().all(|rule| of.contains(rule));
    let noted = found.iter().map(|finding| finding.rule.id).collect::<Vec<_>>();
    let source =
        |finding: &&Finding| finding.severity == Severity::Break && finding.direction != Direction::Source;
    let (fits, how) = match case.line("verdict").unwrap_or_default() {
        "BREAK" | "PROC" => (all(&rules, &broken) && found.iter().any(|finding| source(&finding)), "breaks"),
        "OK" => (broken.is_empty() && all(&rules, &noted), "no alarm"),
        "SRC" => {
            (all(&rules, &broken) && !found.iter().any(|finding| source(&finding)), "breaks sources only")
        }
        "COND" => {
            let without = case.words("without");
            let fewer = Fact::ALL.into_iter().filter(|fact| without.contains(&fact.word()));
            let bare = breaks(&findings(case, &Facts::new(fewer)));
            (
                !broken.iter().any(|rule| rules.contains(rule)) && broken.is_empty() && all(&rules, &bare),
                "by its facts",
            )
        }
        other => return Err(format!("no verdict {other:?}")),
    };
    if !fits {
        return Err(format!("breaks {broken:?}, all {noted:?}, expected {rules:?}"));
    }
    let rules = if rules.is_empty() { String::new() } else { format!(" {}", rules.join(" ")) };
    Ok(format!("{how}{rules}"))
}

#[test]
fn every_case_is_accounted_for() {
    let (mut held, mut wrong) = (BTreeSet::new(), Vec::new());
    for case in cases() {
        let (number, verdict) =
            (case.id.trim_end_matches(['b', 'c']), case.line("verdict").unwrap_or_default());
        match judge(&case) {
            Ok(how) => {
                println!("{:<4} {verdict:<6} {how}: {}", case.id, case.title);
                held.insert(number.to_owned());
            }
            Err(why) => wrong.push(format!("{} {verdict}: {why}", case.id)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let expected: BTreeSet<String> = CASES.split_whitespace().map(str::to_owned).collect();
    assert_eq!(expected.len(), 66);
    assert_eq!(held, expected, "cases without a file, or files without a case");
    println!("{} of {} cases accounted for", held.len(), expected.len());
}

#[test]
fn what_the_law_says_of_each_case_is_kept() {
    let mut text = String::new();
    for case in cases().iter().filter(|case| case.section("after").is_some()) {
        text += &format!("{} {}: {}\n", case.id, case.line("verdict").unwrap_or_default(), case.title);
        for finding in findings(case, &case.facts()) {
            let severity = format!("{:?}", finding.severity).to_lowercase();
            let (rule, subject, what) = (finding.rule.id, &finding.subject, &finding.what);
            text += &format!("  {severity} {rule} {subject}: {what}; {}\n", finding.direction);
            if !finding.moved.is_empty() {
                let moved = finding
                    .moved
                    .iter()
                    .map(|moved| format!("{} {} to {}", moved.field, moved.from, moved.to));
                text += &format!("    moved: {}\n", moved.collect::<Vec<_>>().join(", "));
            }
        }
    }
    insta::assert_snapshot!(text);
}

/// What a table of peers takes over: cases that the law or the compiler catches, and those where nothing is
/// to be caught.
#[test]
fn peers_are_told_what_we_say() {
    let mut said = std::collections::BTreeMap::new();
    for case in cases().iter().filter(|case| !case.id.ends_with(['b', 'c'])) {
        let verdict = case.line("verdict").unwrap_or_default();
        let word = match (judge(case), verdict) {
            (Err(_), _) => "missed",
            (Ok(_), "OK" | "COND") => "no alarm",
            (Ok(_), _) => "caught",
        };
        said.insert(case.id.clone(), word);
    }
    let text = serde_json::to_string_pretty(&said).expect("text") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/testimony.json");
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, &text).expect("it can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, text, "run `cargo xtask bless`");
}
