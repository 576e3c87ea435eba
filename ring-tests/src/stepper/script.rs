//! What a victim does, one act after the other.

use std::fmt;
use std::str::FromStr;

use abi_runtime::abi_schema::Class;

/// How large a record is. Two large ones do not fit into one block, so that each opens one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One word, vital.
    Small,
    /// 63 words, normal.
    Medium,
    /// 251 words, bulk.
    Large,
    /// More than a block takes, bulk.
    Huge,
}

impl Kind {
    /// All of them, in the order of their ids.
    pub const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::Large, Self::Huge];

    /// Returns the words of the payload.
    pub const fn words(self) -> usize {
        match self {
            Self::Small => 1,
            Self::Medium => 63,
            Self::Large => 251,
            Self::Huge => 500,
        }
    }

    /// Returns the class of such records.
    pub const fn class(self) -> Class {
        match self {
            Self::Small => Class::Vital,
            Self::Medium => Class::Normal,
            Self::Large | Self::Huge => Class::Bulk,
        }
    }

    /// Returns the id of such records.
    pub const fn id(self) -> u16 {
        0x0100 + self as u16
    }

    const fn letter(self) -> char {
        match self {
            Self::Small => 's',
            Self::Medium => 'm',
            Self::Large => 'l',
            Self::Huge => 'h',
        }
    }
}

/// One act of a victim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Opens the lane.
    Open,
    /// Emits a record.
    Emit(Kind),
    /// Reserves a place, fills it and commits it.
    Commit(Kind),
    /// Reserves a place, fills it and gives it up.
    Abandon(Kind),
    /// Closes the lane.
    Close,
    /// The drain reader releases all that was published.
    Release,
    /// The drain reader releases what it cannot have read.
    Overreach,
    /// The drain reader takes back what it has released.
    TakeBack,
}

impl Act {
    /// Returns how the C victim knows the act.
    pub const fn verb(self) -> u32 {
        match self {
            Self::Open => 0,
            Self::Emit(_) => 1,
            Self::Commit(_) => 2,
            Self::Abandon(_) => 3,
            Self::Close => 4,
            Self::Release | Self::Overreach | Self::TakeBack => 5,
        }
    }

    /// Returns the record that is attempted, if one is.
    pub const fn kind(self) -> Option<Kind> {
        match self {
            Self::Open | Self::Close | Self::Release | Self::Overreach | Self::TakeBack => None,
            Self::Emit(kind) | Self::Commit(kind) | Self::Abandon(kind) => Some(kind),
        }
    }
}

/// What a victim does: `o` opens the lane, `c` closes it, `e`, `r` and `a` emit, reserve and commit, and
/// reserve and abandon a record of the kind whose letter follows; with `d` the drain reader releases what it
/// should, and with `f` and `b` what it should not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script(pub Vec<Act>);

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for act in &self.0 {
            let letter = match act {
                Act::Open => 'o',
                Act::Emit(_) => 'e',
                Act::Commit(_) => 'r',
                Act::Abandon(_) => 'a',
                Act::Close => 'c',
                Act::Release => 'd',
                Act::Overreach => 'f',
                Act::TakeBack => 'b',
            };
            write!(f, "{letter}")?;
            if let Some(kind) = act.kind() {
                write!(f, "{}", kind.letter())?;
            }
        }
        Ok(())
    }
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut letters = text.chars();
        let mut acts = Vec::new();
        while let Some(letter) = letters.next() {
            let mut kind = || {
                let letter = letters.next();
                let kind = Kind::ALL.into_iter().find(|kind| Some(kind.letter()) == letter);
                kind.ok_or_else(|| format!("no kind of record: {letter:?} in {text}"))
            };
            acts.push(match letter {
                'o' => Act::Open,
                'e' => Act::Emit(kind()?),
                'r' => Act::Commit(kind()?),
                'a' => Act::Abandon(kind()?),
                'c' => Act::Close,
                'd' => Act::Release,
                'f' => Act::Overreach,
                'b' => Act::TakeBack,
                other => return Err(format!("no act: {other} in {text}")),
            });
        }
        Ok(Self(acts))
    }
}
