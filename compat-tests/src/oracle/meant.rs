//! What a writer means by a value, and what a reader takes it for.

use abi_codegen::model::Scalar;

use super::draft::Meaning;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant {
    /// "Not known", said by the value that means it.
    NotKnown,
    /// An integer.
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text, and whether it may have been cut.
    Text(Vec<u8>, bool),
    /// Several values.
    List(Vec<Meant>),
    /// A number of a code, and what it says to who has a name for it.
    Code(i128, Option<u32>),
    /// The word of flags, and what each named run of bits holds.
    Flags(i128, Vec<Run>),
}

/// A flag in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// What the flag says.
    pub thing: u32,
    /// Its bits.
    pub mask: i128,
    /// What they hold, counted from the lowest of them.
    pub holds: i128,
}

impl Run {
    /// Returns what a word holds in the bits of a flag.
    pub fn of(thing: u32, mask: i128, word: i128) -> Self {
        Self { thing, mask, holds: (word & mask) >> mask.trailing_zeros() }
    }
}

impl Meant {
    /// Returns the integer on the wire, if the value is one integer.
    pub fn integer(&self) -> Option<i128> {
        match self {
            Self::Integer(number) | Self::Code(number, _) | Self::Flags(number, _) => Some(*number),
            _ => None,
        }
    }
}

/// The names that a reader has for a value: those, and no others, can it miss.
pub type Known<'k> = &'k [u32];

/// Why what was seen is not what was meant; `None` if it is.
///
/// Numbers without a name are shown as numbers: that is no lie, unless the reader has the name and ties
/// it to another number (REC-8, REC-9). A writer may also hold a number that it has no name for itself;
/// a reader that has one says more than the writer knew, and nothing false.
pub fn differs(meant: &Meant, seen: &Meant, known: Known<'_>) -> Option<&'static str> {
    match (meant, seen) {
        (Meant::NotKnown, Meant::NotKnown) => None,
        (Meant::NotKnown, _) => Some("not known is shown as a value"),
        (_, Meant::NotKnown) => Some("a value is shown as not known"),
        (Meant::Code(_, Some(said)), Meant::Code(_, Some(shown))) => {
            (said != shown).then_some("the name of another number is shown")
        }
        (Meant::Code(_, Some(said)), Meant::Code(_, None)) if known.contains(said) => {
            Some("a name is known and not shown")
        }
        (Meant::Flags(word, set), Meant::Flags(other, shown)) => {
            flags(set, shown, known).or((!same_bits(*word, *other)).then_some("other bits are shown"))
        }
        (Meant::Code(..), Meant::Flags(_, shown)) if shown.iter().any(|run| run.holds != 0) => {
            Some("a number is shown as flags")
        }
        (Meant::Flags(..), Meant::Code(_, Some(_))) => Some("flags are shown as the name of a number"),
        (Meant::Float(meant), Meant::Float(seen)) => {
            (meant.to_bits() != seen.to_bits()).then_some("another number is shown")
        }
        (Meant::Text(..), Meant::Text(..)) => (meant != seen).then_some("another text is shown"),
        (Meant::List(meant), Meant::List(seen)) if meant.len() != seen.len() => {
            Some("another number of elements is shown")
        }
        (Meant::List(meant), Meant::List(seen)) => {
            meant.iter().zip(seen).find_map(|(meant, seen)| differs(meant, seen, known))
        }
        // A mask is the same bits, whatever sign a number of them has.
        (Meant::Flags(word, _), Meant::Integer(number)) | (Meant::Integer(number), Meant::Flags(word, _)) => {
            (!same_bits(*word, *number)).then_some("other bits are shown")
        }
        // An integer that has names on one side only is the same integer.
        _ => match (meant.integer(), seen.integer()) {
            (Some(meant), Some(seen)) => (meant != seen).then_some("another number is shown"),
            _ => Some("it is shown as something of another sort"),
        },
    }
}

/// Whether two numbers are the same bits of one width, read with a sign or without.
fn same_bits(one: i128, other: i128) -> bool {
    let apart = (one - other).abs();
    let fits = |width: u32| apart == 1 << width && one.min(other) >= -(1 << (width - 1));
    apart == 0 || [8, 16, 32, 64].into_iter().any(|width| fits(width) && one.min(other) < 0)
}

fn flags(set: &[Run], shown: &[Run], known: Known<'_>) -> Option<&'static str> {
    for shown in shown {
        let same = set.iter().find(|set| set.thing == shown.thing);
        if same.is_some_and(|set| set.holds != shown.holds) {
            return Some("a flag is shown otherwise than it was set");
        }
        let others = || set.iter().any(|set| set.holds != 0 && set.mask & shown.mask != 0);
        if same.is_none() && shown.holds != 0 && others() {
            return Some("the name of another flag is shown");
        }
    }
    let missed = |set: &&Run| {
        set.holds != 0 && known.contains(&set.thing) && !shown.iter().any(|shown| shown.thing == set.thing)
    };
    set.iter().find(missed).map(|_| "a flag was set and is not shown")
}

/// What both sides state, and state otherwise; `None` if they agree as far as they speak (REC-13).
pub fn misunderstood(writer: &Meaning, reader: &Meaning) -> Option<&'static str> {
    fn other<T: PartialEq>(writer: Option<&T>, reader: Option<&T>) -> bool {
        writer.zip(reader).is_some_and(|(writer, reader)| writer != reader)
    }
    if other(writer.unit.as_ref(), reader.unit.as_ref()) {
        return Some("it is shown in another unit");
    }
    if other(writer.scale.as_ref(), reader.scale.as_ref()) {
        return Some("it is shown in another scale");
    }
    if other(writer.clock.as_ref(), reader.clock.as_ref()) {
        return Some("it is shown on another clock");
    }
    other(writer.kind.as_ref(), reader.kind.as_ref()).then_some("it is taken for another kind")
}

/// Returns the smallest and the largest number of an integer; `None` for a floating-point number.
pub const fn range(scalar: Scalar) -> Option<(i128, i128)> {
    Some(match scalar {
        Scalar::U8 => (0, 0xff),
        Scalar::U16 => (0, 0xffff),
        Scalar::U32 => (0, 0xffff_ffff),
        Scalar::U64 => (0, 0xffff_ffff_ffff_ffff),
        Scalar::I8 => (-0x80, 0x7f),
        Scalar::I16 => (-0x8000, 0x7fff),
        Scalar::I32 => (-0x8000_0000, 0x7fff_ffff),
        Scalar::I64 => (-0x8000_0000_0000_0000, 0x7fff_ffff_ffff_ffff),
        Scalar::F32 | Scalar::F64 => return None,
    })
}
