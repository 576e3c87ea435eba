//! The first thing that breaks what was released, and was not let through.

use super::Frozen;
use super::said::What;
use crate::Message;
use crate::names::same_text;
use crate::pattern::pattern_fits;

/// Something that broke.
#[derive(Clone, Copy)]
pub(super) struct Break {
    /// The rule, as the law names it.
    pub(super) rule: &'static str,
    /// The record, composite, code or flags that it is about.
    pub(super) owner: &'static str,
    /// What stands between `owner` and `name`: `.`, `::`, or nothing when there is no name.
    pub(super) joint: &'static str,
    /// The field, value or flag that it is about.
    pub(super) name: &'static str,
    /// What it was and is.
    pub(super) what: What,
}

impl Break {
    /// Says that a whole breaks a rule.
    pub(super) const fn of_whole(rule: &'static str, owner: &'static str, what: What) -> Self {
        Self { rule, owner, joint: "", name: "", what }
    }

    /// Returns whether an acknowledgement of this subject, or pattern of subjects, is about it.
    const fn is_about(&self, pattern: &str) -> bool {
        pattern_fits(pattern, &[self.owner, self.joint, self.name])
    }
}

/// Keeps the first break that was not acknowledged.
pub(super) struct Finder<'f> {
    pub(super) frozen: &'f Frozen,
    pub(super) found: Option<Break>,
    /// How much was said that changes bytes or what they mean, acknowledged or not.
    pub(super) said: usize,
    /// How much of that breaks new readers of old records.
    pub(super) said_to_new_readers: usize,
    /// Whether what is said counts, and is told elsewhere.
    pub(super) counts_only: bool,
}

impl<'f> Finder<'f> {
    pub(super) const fn new(frozen: &'f Frozen) -> Self {
        Self { frozen, found: None, said: 0, said_to_new_readers: 0, counts_only: false }
    }

    /// Says that something broke.
    pub(super) const fn say(&mut self, found: Break) {
        if !matches!(found.rule.as_bytes(), [b'T', b'A', b'7', ..]) {
            self.said += 1;
            // Of what is gone, new readers miss nothing.
            self.said_to_new_readers += !same_text(found.rule, "TA1003") as usize;
        }
        if self.found.is_none() && !self.counts_only && !self.is_acknowledged(&found) {
            self.found = Some(found);
        }
    }

    const fn is_acknowledged(&self, found: &Break) -> bool {
        let mut at = 0;
        while at < self.frozen.acknowledged.len() {
            let (rule, subject) = self.frozen.acknowledged[at];
            // That a field is in another record now is seen by the law alone; here it is gone.
            let rule_fits =
                same_text(rule, found.rule) || same_text(found.rule, "TA1003") && same_text(rule, "TA1030");
            if rule_fits && found.is_about(subject) {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Returns the message about the record or the composite `whole`, if something broke.
    pub(super) const fn message(&self, whole: &str) -> Option<Message> {
        let Some(found) = &self.found else { return None };
        let mut message = Message::new();
        message.text(found.rule).text(": `").text(found.owner).text(found.joint).text(found.name).text("` ");
        found.what.write(&mut message);
        message.text(" (release ").number(self.frozen.release as u64).text(")");
        if same_text(found.joint, ".")
            && !same_text(found.owner, whole)
            && !same_text(found.owner, self.frozen.name)
        {
            message.text(", and so changed `").text(whole).text("`, which holds a `").text(found.owner);
            message.text("` (TA1015)");
        }
        message.text(": ").text(advice(found.rule));
        message.text("; `TESTIMONY_LOCK=report cargo xtask abi check` shows all of it");
        Some(message)
    }
}

/// What to do instead.
const fn advice(rule: &str) -> &'static str {
    match rule.as_bytes() {
        b"TA1003" | b"TA1029" => "give the field back, and mark it `deprecated` when it is not to be used",
        b"TA1004" => "put what is new at the end with `since`, or into reserved bytes with `claims`",
        b"TA1008" | b"TA4009" => "raise `version`, and let what is new say `since` that version",
        b"TA1011" => {
            "claim reserved bytes with `since` of a new version and `claims` of the one that had them"
        }
        b"TA1012" => "give the reserved bytes back as they were, or claim them in a new version",
        b"TA3001" | b"TA3009" | b"TA1025" | b"TA1026" => {
            "give the name its number back, and the new meaning a new name"
        }
        b"TA3002" => "list it: `#[trace(retired(Name = number))]`",
        b"TA3003" | b"TA3010" => "take a number that was never given out",
        b"TA3007" | b"TA3008" => "put the `repr` back, and append a field of a new enum with `since`",
        b"TA4002" | b"TA4010" => "put it back",
        b"TA7002" | b"TA7003" => {
            "put the name back, or acknowledge it beside the lock with a reason that begins with `renamed`"
        }
        [b'T', b'A', b'7', ..] => "put the name back, or acknowledge the break beside the lock",
        b"TA6008" => "keep it private, and append a public field with `since`",
        [b'T', b'A', b'6' | b'2', ..] => {
            "put it back, and append a field that means the new thing with `since`"
        }
        b"TA8006" => "let the law compare it",
        _ => "put it back, and append what is new with `since`",
    }
}
