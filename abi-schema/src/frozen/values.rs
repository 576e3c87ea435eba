//! Names of values and of bits that were released, held against what they are now (REC-16).

use super::finder::{Break, Finder};
use super::said::{Number, What};
use super::types::Block;
use super::words::is_word;
use crate::names::same_text;
use crate::{
    CodeSchema, FieldSchema, FlagSchema, FlagsSchema, RecordSchema, StructSchema, TypeSchema, ValueSchema,
};

/// The names of a code or of flags, as they are now.
#[derive(Clone, Copy)]
pub(super) struct Names {
    owner: &'static str,
    is_code: bool,
    live: (&'static [ValueSchema], &'static [FlagSchema]),
    retired: (&'static [ValueSchema], &'static [FlagSchema]),
}

/// A name and its number.
#[derive(Clone, Copy)]
struct Named {
    name: &'static str,
    number: i128,
}

impl Names {
    pub(super) const fn of_code(code: &'static CodeSchema) -> Self {
        let (live, retired) = ((code.values, &[] as &[_]), (code.retired, &[] as &[_]));
        Self { owner: code.name, is_code: true, live, retired }
    }

    pub(super) const fn of_flags(flags: &'static FlagsSchema) -> Self {
        let (live, retired) = ((&[] as &[_], flags.flags), (&[] as &[_], flags.retired));
        Self { owner: flags.name, is_code: false, live, retired }
    }

    /// Returns no names: those of a plain number, where `owner` was.
    pub(super) const fn none(owner: &'static str, is_code: bool) -> Self {
        let nothing = (&[] as &[_], &[] as &[_]);
        Self { owner, is_code, live: nothing, retired: nothing }
    }

    /// Finds the code or the flags that a lock states by `word` in what a catalog holds.
    pub(super) const fn find(
        word: &'static str,
        records: &[&'static RecordSchema],
        structs: &[&'static StructSchema],
    ) -> Option<Self> {
        let mut at = 0;
        while at < records.len() {
            if let Some(names) = Self::in_fields(word, records[at].fields) {
                return Some(names);
            }
            at += 1;
        }
        at = 0;
        while at < structs.len() {
            if let Some(names) = Self::in_fields(word, structs[at].fields) {
                return Some(names);
            }
            at += 1;
        }
        None
    }

    const fn in_fields(word: &'static str, fields: &'static [FieldSchema]) -> Option<Self> {
        let mut at = 0;
        while at < fields.len() {
            if let Some(names) = Self::in_type(word, &fields[at].ty) {
                return Some(names);
            }
            at += 1;
        }
        None
    }

    const fn in_type(word: &'static str, ty: &'static TypeSchema) -> Option<Self> {
        match ty {
            TypeSchema::Array { element, .. } => Self::in_type(word, element),
            TypeSchema::Struct(composite) => Self::in_fields(word, composite.fields),
            TypeSchema::Code(code) if is_word(ty, word) => Some(Self::of_code(code)),
            TypeSchema::Flags(flags) if is_word(ty, word) => Some(Self::of_flags(flags)),
            TypeSchema::Code(_) | TypeSchema::Flags(_) | TypeSchema::Scalar(_) | TypeSchema::Name(_) => None,
        }
    }

    const fn live(&self, at: usize) -> Option<Named> {
        named(self.live, at)
    }

    const fn by_name(&self, name: &str) -> Option<Named> {
        let mut at = 0;
        while let Some(named) = self.live(at) {
            if same_text(named.name, name) {
                return Some(named);
            }
            at += 1;
        }
        None
    }

    const fn by_number(&self, number: i128) -> Option<Named> {
        let mut at = 0;
        while let Some(named) = self.live(at) {
            if named.number == number {
                return Some(named);
            }
            at += 1;
        }
        None
    }

    const fn is_retired(&self, number: i128) -> bool {
        let mut at = 0;
        while let Some(named) = named(self.retired, at) {
            if named.number == number {
                return true;
            }
            at += 1;
        }
        false
    }

    const fn number(&self, number: i128) -> Number {
        if self.is_code { Number::Decimal(number) } else { Number::Mask(number) }
    }

    const fn breaks(&self, rule: &'static str, name: &'static str, what: What) -> Break {
        Break { rule, owner: self.owner, joint: "::", name, what }
    }

    const fn reused(&self) -> &'static str {
        if self.is_code { "TA3003" } else { "TA3010" }
    }
}

const fn named((values, flags): (&'static [ValueSchema], &'static [FlagSchema]), at: usize) -> Option<Named> {
    if at < values.len() {
        Some(Named { name: values[at].name, number: values[at].value })
    } else if at < flags.len() {
        Some(Named { name: flags[at].name, number: flags[at].mask as i128 })
    } else {
        None
    }
}

/// Says which names of the type that a lock states by `word` are not what they were.
pub(super) const fn compare(finder: &mut Finder<'_>, word: &'static str, names: Names) {
    let Some(block) = Block::find(finder.frozen.types, word) else { return };
    let (mut lines, mut left) = (block.lines, block.count);
    while left > 0 {
        let before = Named { number: lines.number(), name: lines.word() };
        let live = lines.number() != 0;
        left -= 1;
        match names.by_name(before.name) {
            Some(now) if live => changed(finder, names, before, now.number),
            _ if live => gone(finder, names, before, block),
            _ => retired(finder, names, before),
        }
    }
    taken(finder, names, block);
}

/// Says of the first flag, live or retired, that its bits belong to a number now, and counts the others.
pub(super) const fn lose_flags(finder: &mut Finder<'_>, word: &'static str, owner: &'static str) {
    let Some(block) = Block::find(finder.frozen.types, word) else { return };
    let (names, mut lines, mut left) = (Names::none(owner, false), block.lines, block.count);
    while left > 0 {
        let before = Named { number: lines.number(), name: lines.word() };
        lines.number();
        left -= 1;
        let what = What::Freed(names.number(before.number));
        finder.say(names.breaks("TA3010", before.name, what));
    }
}

/// Judges a name that is still there.
const fn changed(finder: &mut Finder<'_>, names: Names, before: Named, now: i128) {
    if now == before.number {
        return;
    }
    let rule = match (before.number.count_ones(), now.count_ones()) {
        _ if names.is_code => "TA3001",
        (before, now) if before != now => "TA1026",
        (1, _) => "TA3009",
        _ => "TA1025",
    };
    let what = What::Numbers("is", names.number(now), names.number(before.number));
    finder.say(names.breaks(rule, before.name, what));
}

/// Judges a name that is gone: retired, called otherwise, or taken away with its number.
const fn gone(finder: &mut Finder<'_>, names: Names, before: Named, block: Block) {
    if names.is_retired(before.number) {
        return;
    }
    let found = match names.by_number(before.number) {
        Some(now) if was_named(block, now.name) => {
            let what = What::Means(names.number(before.number), now.name);
            names.breaks(names.reused(), before.name, what)
        }
        Some(now) => names.breaks(
            "TA7003",
            before.name,
            What::Of("is called ", now.name, " now, or its number was given to something else"),
        ),
        None => names.breaks("TA3002", before.name, What::Free(names.number(before.number))),
    };
    finder.say(found);
}

/// Judges a name that was retired.
const fn retired(finder: &mut Finder<'_>, names: Names, before: Named) {
    if let Some(now) = names.by_number(before.number) {
        let what = What::Means(names.number(before.number), now.name);
        finder.say(names.breaks(names.reused(), before.name, what));
    } else if !names.is_retired(before.number) {
        finder.say(names.breaks("TA3002", before.name, What::Words("was retired, and the entry is gone")));
    }
}

/// Judges new names: they take no number, and no bit, of a name that has another one now.
const fn taken(finder: &mut Finder<'_>, names: Names, block: Block) {
    let mut at = 0;
    while let Some(now) = names.live(at) {
        at += 1;
        if was_named(block, now.name) {
            continue;
        }
        let (mut lines, mut left) = (block.lines, block.count);
        while left > 0 {
            let before = Named { number: lines.number(), name: lines.word() };
            lines.number();
            left -= 1;
            let number = before.number == now.number;
            // A name that is gone has been judged with its number.
            let moved = number && names.by_name(before.name).is_some();
            let bits = !number && !names.is_code && before.number & now.number != 0;
            if moved || bits {
                let what = What::Of("has what was the number of ", before.name, " when that was released");
                finder.say(names.breaks(names.reused(), now.name, what));
            }
        }
    }
}

/// Returns whether a name was released, live or retired.
const fn was_named(block: Block, name: &str) -> bool {
    let (mut lines, mut left) = (block.lines, block.count);
    while left > 0 {
        lines.number();
        if same_text(lines.word(), name) {
            return true;
        }
        lines.number();
        left -= 1;
    }
    false
}
