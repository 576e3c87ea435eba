//! What broke, in words: what follows the subject in a message.

use super::words;
use crate::{Message, Scalar, TypeSchema};

/// What something was and is.
#[derive(Clone, Copy)]
pub(super) enum What {
    /// Nothing but these words.
    Words(&'static str),
    /// Words about another thing: before its name, and behind it.
    Of(&'static str, &'static str, &'static str),
    /// The id, now and before.
    Id(u16, u16),
    /// Numbers, now and before.
    Numbers(&'static str, Number, Number),
    /// The type, now and before, and what that means.
    Type(&'static TypeSchema, &'static str, &'static str),
    /// Something stated, now and before.
    Stated(&'static str, Text, Text),
    /// The versions of its meaning and of its bytes, now and before.
    Since([u16; 2], [u16; 2]),
    /// It moved from a byte to a byte, and why.
    Moved(u32, u32, &'static str),
    /// The integer that it names values of, now and before.
    Integer(Scalar, Scalar),
    /// The size of a version, now and before.
    Size(u16, u32, u32),
    /// A new field lies in reserved bytes, from a byte on, and does not do something.
    Claims(u32, &'static str),
    /// A field was put in before one that moved from a byte to a byte.
    PutIn(&'static str, u32, u32),
    /// A field says a version that was released without it.
    Early(&'static str, u16),
    /// A number has the name of something else now.
    Means(Number, &'static str),
    /// A number has no name now.
    Free(Number),
    /// Bits belong to a number without names now.
    Freed(Number),
}

/// A number as people write it.
#[derive(Clone, Copy)]
pub(super) enum Number {
    /// In decimal digits.
    Decimal(i128),
    /// A mask, in hexadecimal digits.
    Mask(i128),
}

/// Something that a field states.
#[derive(Clone, Copy)]
pub(super) enum Text {
    /// A word; empty when nothing is stated.
    Word(&'static str),
    /// A number.
    Integer(i128),
    /// A fraction.
    Fraction(u32, u32),
}

impl Number {
    const fn write(self, to: &mut Message) {
        match self {
            Self::Decimal(number) => _ = to.integer(number),
            Self::Mask(mask) => {
                to.text("0x");
                let mut left = if mask == 0 { 1 } else { (131 - mask.leading_zeros()) / 4 };
                while left > 0 {
                    left -= 1;
                    let digit = mask >> (4 * left) & 0xf;
                    let (_, digits) = "0123456789abcdef".split_at(digit.cast_unsigned() as usize);
                    to.text(digits.split_at(1).0);
                }
            }
        }
    }
}

impl Text {
    const fn write(self, to: &mut Message) {
        match self {
            Self::Word(word) => _ = to.text(if word.is_empty() { "not stated" } else { word }),
            Self::Integer(number) => _ = to.integer(number),
            Self::Fraction(numerator, denominator) => {
                to.number(numerator as u64).text("/").number(denominator as u64);
            }
        }
    }
}

impl What {
    /// Writes the words.
    pub(super) const fn write(self, to: &mut Message) {
        match self {
            Self::Words(words) => _ = to.text(words),
            Self::Of(before, name, behind) => _ = to.text(before).text("`").text(name).text("`").text(behind),
            Self::Id(now, before) => _ = to.text("has id ").id(now).text(" now, and had ").id(before),
            Self::Numbers(verb, now, before) => {
                to.text(verb).text(" ");
                now.write(to);
                to.text(" now, and was ");
                before.write(to);
            }
            Self::Type(now, before, why) => {
                to.text("is ");
                words::write(now, to);
                to.text(" now, and was ").text(before).text(why);
            }
            Self::Stated(word, now, before) => {
                to.text("has another ").text(word).text(": ");
                now.write(to);
                to.text(" now, and it was ");
                before.write(to);
            }
            Self::Since(now, before) => {
                since(to.text("is there "), now);
                since(to.text(" now, and was "), before);
            }
            Self::Moved(from, at, why) => {
                to.text("lies at byte ").number(at as u64).text(" now, and lay at byte ").number(from as u64);
                to.text(why);
            }
            Self::Integer(now, before) => {
                to.text("has the integer ").text(now.name()).text(" now, and had ").text(before.name());
            }
            Self::Size(version, now, before) => {
                to.text("takes ").number(now as u64).text(" bytes in version ").number(version as u64);
                to.text(" now, and took ").number(before as u64);
            }
            Self::Claims(offset, fault) => {
                to.text("takes reserved bytes from byte ").number(offset as u64).text(" on ").text(fault);
            }
            Self::PutIn(pushed, from, at) => {
                to.text("was put in before `").text(pushed).text("`, which lies at byte ").number(at as u64);
                to.text(" now, and lay at byte ").number(from as u64);
            }
            Self::Early(field, version) => {
                to.text("has `").text(field).text("` since version ").number(version as u64);
                to.text(", which was released without it");
            }
            Self::Means(number, name) => {
                to.text("was ");
                number.write(to);
                to.text(", which means `").text(name).text("` now");
            }
            Self::Freed(number) => {
                to.text("was ");
                number.write(to);
                to.text(", and belongs to a plain number now");
            }
            Self::Free(number) => {
                to.text("was ");
                number.write(to);
                to.text(", which has no name any more and is not retired");
            }
        }
    }
}

const fn since(to: &mut Message, [version, bytes]: [u16; 2]) {
    to.text("since version ").number(version as u64);
    if version != bytes {
        to.text(", in bytes of version ").number(bytes as u64);
    }
}
