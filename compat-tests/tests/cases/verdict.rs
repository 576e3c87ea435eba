//! What a case comes to.

use compat_tests::case::Case;

/// What a case comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Somebody reads what was not written.
    Break,
    /// Nobody breaks as long as something is declared, and somebody does when it is not.
    Condition,
    /// Nobody breaks, and there is no alarm.
    Fine,
    /// Programs stop compiling, and no byte changes its meaning.
    Source,
    /// One look at the shape is enough to refuse it.
    Hazard,
    /// A slip of process, which a rule of process holds.
    Process,
    /// Neither bytes nor declared meaning show it.
    Unseen,
}

impl Verdict {
    const WORDS: [(&str, Self); 7] = [
        ("BREAK", Self::Break),
        ("COND", Self::Condition),
        ("OK", Self::Fine),
        ("SRC", Self::Source),
        ("HAZARD", Self::Hazard),
        ("PROC", Self::Process),
        ("UNSEEN", Self::Unseen),
    ];

    /// Returns the verdict that a case states.
    ///
    /// # Errors
    ///
    /// It states none, or none that there is.
    pub(crate) fn of(case: &Case) -> Result<Self, String> {
        let word = case.line("verdict").ok_or("it has no `verdict`")?;
        let known = Self::WORDS.into_iter().find(|(known, _)| *known == word);
        known.map(|(_, verdict)| verdict).ok_or_else(|| format!("there is no verdict {word}"))
    }
}
