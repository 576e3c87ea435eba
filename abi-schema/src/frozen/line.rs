//! A frozen field, as the expansion of `catalog!` states it.

use super::Break;
use super::cursor::Cursor;
use crate::Message;

/// One field that is no composite, at its absolute bytes. `-` stands for what is not stated.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    pub(super) offset: u32,
    pub(super) size: u32,
    pub(super) name: &'t str,
    /// What findings call it: `Record.field`, or `Composite.field`.
    pub(super) subject: &'t str,
    pub(super) ty: &'t str,
    pub(super) ty_digest: u64,
    pub(super) since: u16,
    pub(super) bytes_since: u16,
    /// The version from which nobody should use the field, or 0.
    pub(super) deprecated: u16,
    pub(super) reserved: bool,
    pub(super) unit: &'t str,
    pub(super) scale: &'t str,
    pub(super) clock: &'t str,
    pub(super) kind: &'t str,
    pub(super) absent: &'t str,
    pub(super) private: bool,
}

impl<'t> Line<'t> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the macro wrote what fits")]
    pub(super) const fn read(cursor: &mut Cursor<'t>) -> Self {
        Self {
            offset: cursor.number() as u32,
            size: cursor.number() as u32,
            name: cursor.word(),
            subject: cursor.word(),
            ty: cursor.word(),
            ty_digest: cursor.number() as u64,
            since: cursor.number() as u16,
            bytes_since: cursor.number() as u16,
            deprecated: cursor.number() as u16,
            reserved: cursor.number() != 0,
            unit: cursor.word(),
            scale: cursor.word(),
            clock: cursor.word(),
            kind: cursor.word(),
            absent: cursor.word(),
            private: cursor.number() != 0,
        }
    }

    pub(super) const fn end(&self) -> u32 {
        self.offset + self.size
    }

    /// Says that the field has another type, if that breaks a rule.
    pub(super) const fn retyped(&self, rule: Option<&'static str>, now: &str) -> Option<Break> {
        let Some(rule) = rule else { return None };
        let mut what = Message::new();
        what.text("is ").text(now).text(" now, and was ").text(self.ty);
        Some(self.broken(rule, what))
    }

    /// Says that the field breaks a rule.
    pub(super) const fn broken(&self, rule: &'static str, what: Message) -> Break {
        let mut subject = Message::new();
        subject.text(self.subject);
        Break { rule, subject, what }
    }
}
