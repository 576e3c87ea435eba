//! A case, judged: what the law says is what the case states.

use abi_codegen::law::{Checked, Direction, Fact, Facts, Finding, Rule, Severity, rules};
use abi_lock::Acknowledgement;
use compat_tests::case::Case;

use super::pair::Pair;
use super::verdict::Verdict;
use super::{bulk, proof};

/// Words that a line of a case may begin with: a slip of the pen would state nothing.
const WORDS: [&str; 15] = [
    "verdict",
    "rules",
    "direction",
    "silent",
    "count",
    "facts",
    "without",
    "target",
    "refused",
    "ui",
    "held",
    "acknowledge",
    "because",
    "unchanged",
    "generated",
];

/// Returns how a case is held, in a few words each.
///
/// # Errors
///
/// It is not: why.
pub(crate) fn judge(case: &Case) -> Result<Vec<String>, String> {
    if let Some((word, _)) = case.lines.iter().find(|(word, _)| !WORDS.contains(&word.as_str())) {
        return Err(format!("a line begins with {word:?}, which means nothing"));
    }
    let verdict = Verdict::of(case)?;
    let mut how = proof::of(case)?;
    let compared = compared_rules(case, &how)?;
    let pairs = Pair::all(case)?;
    for pair in &pairs {
        compare(case, verdict, pair, &compared)
            .map_err(|why| format!("{} to {}: {why}", pair.names.0, pair.names.1))?;
    }
    if !pairs.is_empty() {
        how.push(said(verdict, &compared, pairs.len()));
    } else if case.line("generated").is_some() {
        how.push(bulk::judge(&compared)?);
    } else if !compared.is_empty() || !matches!(verdict, Verdict::Hazard | Verdict::Process) {
        return Err("nothing is compared".to_owned());
    }
    match (verdict, case.line("because")) {
        (Verdict::Unseen, Some(because)) => how.push(format!("because {because}")),
        (Verdict::Unseen, None) => return Err("nothing says why it is not seen".to_owned()),
        (_, Some(_)) => return Err("`because` is for what is not seen".to_owned()),
        (_, None) => {}
    }
    if how.is_empty() { Err("nothing holds it".to_owned()) } else { Ok(how) }
}

/// Returns the rules of the case that a comparison finds; the others must be held by something else.
fn compared_rules(case: &Case, how: &[String]) -> Result<Vec<&'static Rule>, String> {
    let named =
        case.words("rules").into_iter().map(|id| rules::find(id).ok_or_else(|| format!("no rule {id}")));
    let named = named.collect::<Result<Vec<_>, _>>()?;
    let (compared, others): (Vec<_>, Vec<_>) =
        named.into_iter().partition(|rule| rule.checked == Checked::ByComparison);
    for rule in &others {
        if matches!(rule.checked, Checked::NotChecked(_)) {
            return Err(format!("{} is checked by nobody", rule.id));
        }
        if how.is_empty() {
            return Err(format!("no comparison finds {}, and nothing else holds it", rule.id));
        }
    }
    // What refuses the shape rules one of the rules out.
    if let Some(by) = case.line("refused")
        && !others.iter().any(|rule| matches!(rule.checked, Checked::ByConstruction(known) if known == by))
    {
        return Err(format!("{by} refuses the shape, and rules out none of the rules"));
    }
    Ok(compared)
}

fn said(verdict: Verdict, rules: &[&Rule], pairs: usize) -> String {
    let rules: Vec<&str> = rules.iter().map(|rule| rule.id).collect();
    let of = if pairs == 1 { String::new() } else { format!(" in each of {pairs} pairs") };
    match (verdict, rules.is_empty()) {
        (Verdict::Condition, _) => format!("the law says {} unless it is declared{of}", rules.join(" ")),
        (_, true) => format!("the law is silent{of}"),
        (Verdict::Fine, false) => format!("the law notes {}{of}", rules.join(" ")),
        (_, false) => format!("the law says {}{of}", rules.join(" ")),
    }
}

fn breaks(finding: &Finding) -> bool {
    finding.breaks()
}

fn ids(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{:?} {} {}", finding.severity, finding.rule.id, finding.subject))
        .collect()
}

fn compare(case: &Case, verdict: Verdict, pair: &Pair, rules: &[&Rule]) -> Result<(), String> {
    if pair.is_same() != case.line("unchanged").is_some() {
        return Err("nothing changed, or `unchanged` says that nothing did".to_owned());
    }
    let found = pair.findings(case.facts(), &acknowledgements(case)?)?;
    let breaking: Vec<&Finding> = found.iter().filter(|finding| breaks(finding)).collect();
    // That a name was only renamed is for a person to say: the break in source stands, acknowledged.
    let said = case.line("acknowledge").is_some();
    let broken: Vec<&Finding> = found.iter().filter(|finding| finding.severity == Severity::Break).collect();
    let of_source =
        |all: &[&Finding]| all.iter().filter(|finding| finding.direction == Direction::Source).count();
    let (in_source, only_names) = (of_source(&breaking), of_source(&broken) == broken.len());
    let fits = match verdict {
        Verdict::Break | Verdict::Process => in_source < breaking.len(),
        Verdict::Source => !broken.is_empty() && only_names && breaking.is_empty() == said,
        Verdict::Condition if said => breaking.is_empty() && !only_names,
        Verdict::Fine if said => false,
        Verdict::Fine | Verdict::Condition | Verdict::Unseen => breaking.is_empty(),
        Verdict::Hazard => return Err("one look is enough, and two sections are compared".to_owned()),
    };
    if !fits {
        return Err(format!("the verdict is another: {:?}", ids(&found)));
    }
    let must_break = !matches!(verdict, Verdict::Fine | Verdict::Condition) && !said;
    all_found(rules, &found, must_break)?;
    let mut first = found.iter().find(|finding| rules.first() == Some(&finding.rule));
    let bare;
    if verdict == Verdict::Source && said {
        all_found(rules, &pair.findings(undeclared(case)?, &[])?, true)?;
    }
    if verdict == Verdict::Condition {
        bare = pair.findings(undeclared(case)?, &[])?;
        all_found(rules, &bare, true)?;
        first = bare.iter().find(|finding| rules.first() == Some(&finding.rule));
    }
    if let Some(word) = case.line("direction")
        && first.map(|finding| finding.direction) != Some(direction(word)?)
    {
        return Err(format!("who breaks is not `{word}`: {:?}", first.map(|finding| finding.direction)));
    }
    let silent = case.words("silent");
    if let Some(finding) = found.iter().find(|finding| silent.contains(&finding.rule.id)) {
        return Err(format!("{} is told, of {}", finding.rule.id, finding.subject));
    }
    for line in case.values("count") {
        let (id, count) = line.split_once(' ').ok_or("`count` is a rule and a number")?;
        let told = found.iter().filter(|finding| finding.rule.id == id).count();
        if told.to_string() != count {
            return Err(format!("{id} is told {told} times, not {count}: {:?}", ids(&found)));
        }
    }
    Ok(())
}

/// Every rule is found, and if it must be, as a break.
fn all_found(rules: &[&Rule], found: &[Finding], must_break: bool) -> Result<(), String> {
    let told = |rule: &Rule| {
        let about = |finding: &&Finding| finding.rule == rule && (!must_break || breaks(finding));
        found.iter().any(|finding| about(&finding))
    };
    match rules.iter().find(|rule| !told(rule)) {
        Some(rule) => Err(format!("{} is not told: {:?}", rule.id, ids(found))),
        None => Ok(()),
    }
}

/// Returns what is declared when a condition is not fulfilled: nothing, or all but the facts of `without`.
fn undeclared(case: &Case) -> Result<Facts, String> {
    if case.line("acknowledge").is_some() {
        return Ok(case.facts());
    }
    let without = case.words("without");
    if let Some(word) = without.iter().find(|word| !Fact::ALL.iter().any(|fact| fact.word() == **word)) {
        return Err(format!("there is no fact {word}"));
    }
    if without.is_empty() {
        return Ok(Facts::new([]));
    }
    Ok(Facts::new(Fact::ALL.into_iter().filter(|fact| !without.contains(&fact.word()))))
}

/// Returns what people let through: `acknowledge RULE SUBJECT because REASON`.
fn acknowledgements(case: &Case) -> Result<Vec<Acknowledgement>, String> {
    let read = |line: &str| {
        let (about, reason) = line.split_once(" because ")?;
        let (rule, subject) = about.split_once(' ')?;
        let (rule, subject, reason) = (rule.to_owned(), subject.to_owned(), reason.to_owned());
        Some(Acknowledgement { line: 1, rule, subject, until: "2026-12-31".to_owned(), reason })
    };
    let lines = case.values("acknowledge").map(|line| read(line).ok_or_else(|| format!("{line}: no reason")));
    lines.collect()
}

fn direction(word: &str) -> Result<Direction, String> {
    match word {
        "both" => Ok(Direction::Both),
        "old-reader" => Ok(Direction::OldReader),
        "new-reader" => Ok(Direction::NewReader),
        "source" => Ok(Direction::Source),
        "nobody" => Ok(Direction::Nobody),
        _ => Err(format!("nobody is called `{word}`")),
    }
}
