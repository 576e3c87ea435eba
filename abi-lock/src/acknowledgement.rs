//! Breaks that people have looked at and let through, one by one.

use abi_schema::pattern_fits;

use crate::{LockError, LockFault};

/// A line of the file beside the lock: `RULE SUBJECT until YYYY-MM-DD because REASON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The line, counted from 1.
    pub line: usize,
    /// The rule that is broken.
    pub rule: String,
    /// What breaks it: `Record`, `Record.field`, `Code::Value`, as findings name it; each `*` stands for any text.
    pub subject: String,
    /// The last day on which the line counts.
    pub until: String,
    /// Why the break is let through.
    pub reason: String,
}

impl Acknowledgement {
    /// Returns whether the line is about a break of `rule` by `subject`.
    pub fn covers(&self, rule: &str, subject: &str) -> bool {
        self.rule == rule && pattern_fits(&self.subject, &[subject])
    }
}

/// A line of a release: `acknowledged RULE SUBJECT because REASON`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledged {
    /// The rule that was broken.
    pub rule: String,
    /// What broke it.
    pub subject: String,
    /// Why it was let through.
    pub reason: String,
}

/// Reads the file beside the lock. Empty lines and lines that begin with `#` say nothing.
///
/// # Errors
///
/// A line is not an acknowledgement: one without a date or without a reason is none (LOCK-10).
pub fn parse_acknowledgements(text: &str) -> Result<Vec<Acknowledgement>, LockError> {
    if text.starts_with('\u{feff}') {
        return Err(LockError { line: 1, fault: LockFault::ByteOrderMark });
    }
    let mut all = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = |fault| LockError { line: at + 1, fault };
        if is_conflict(line) {
            return Err(fault(LockFault::Conflict));
        }
        let expected = "`RULE SUBJECT until YYYY-MM-DD because REASON`";
        let parsed = parse(line, at + 1);
        all.push(parsed.ok_or_else(|| fault(LockFault::Malformed { found: line.to_owned(), expected }))?);
    }
    Ok(all)
}

fn parse(text: &str, line: usize) -> Option<Acknowledgement> {
    let (judged, reason) = text.split_once(" because ")?;
    let words: Vec<&str> = judged.split_whitespace().collect();
    let [rule, subject, "until", until] = words.as_slice() else { return None };
    let reason = reason.trim();
    // A line that names nothing would let a whole rule through.
    let names_something = subject.chars().any(|character| character != '*');
    (names_something && is_date(until) && !reason.is_empty()).then(|| Acknowledgement {
        line,
        rule: (*rule).to_owned(),
        subject: (*subject).to_owned(),
        until: (*until).to_owned(),
        reason: reason.to_owned(),
    })
}

/// Returns whether a line is one that a merge leaves behind.
pub(crate) fn is_conflict(line: &str) -> bool {
    let marks = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
    marks
        .iter()
        .any(|mark| line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// Returns whether a word has the shape of a date: `YYYY-MM-DD`.
pub(crate) fn is_date(word: &str) -> bool {
    word.len() == 10
        && word.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
            },
        )
}

#[cfg(test)]
mod tests {
    use super::parse_acknowledgements;

    #[test]
    fn an_acknowledgement_has_rule_subject_date_and_reason() {
        let all =
            parse_acknowledgements("# why\n\nTA1003 Fork.cpu until 2027-01-31 because nobody wrote it\n");
        let all = all.unwrap();
        assert_eq!((all[0].line, all[0].rule.as_str(), all[0].subject.as_str()), (3, "TA1003", "Fork.cpu"));
        assert_eq!((all[0].until.as_str(), all[0].reason.as_str()), ("2027-01-31", "nobody wrote it"));
    }

    #[test]
    fn without_a_date_or_a_reason_it_is_none() {
        for line in [
            "TA1003 Fork.cpu because nobody wrote it",
            "TA1003 Fork.cpu until 2027-01-31",
            "TA1003 Fork.cpu until 2027-01-31 because ",
            "TA1003 Fork.cpu until soon because nobody wrote it",
            "TA1003 until 2027-01-31 because nobody wrote it",
            "<<<<<<< ours",
        ] {
            assert!(parse_acknowledgements(line).is_err(), "{line}");
        }
    }
}
