//! The words that go with a call, and those that come back.

use abi_runtime::prelude::*;

/// Scalars of one method, in their order: nothing but words.
pub trait Scalars: Sized {
    /// How many there are.
    const COUNT: u32;
}

impl Scalars for () {
    const COUNT: u32 = 0;
}

/// Words of 8 bytes, and nothing between them.
macro_rules! scalars {
    ($($name:ident: $count:literal),* $(,)?) => {$(
        impl Scalars for $name {
            const COUNT: u32 = {
                assert!(size_of::<$name>() == $count * size_of::<u64>());
                $count
            };
        }

        impl $name {
            /// Returns them as the words that go over the boundary.
            #[must_use]
            pub fn to_words(&self) -> [u64; $count] {
                let mut words = [0; $count];
                for (word, bytes) in words.iter_mut().zip(self.as_bytes().chunks_exact(8)) {
                    *word = u64::read_wire(bytes);
                }
                words
            }

            /// Reads them from the words that came over the boundary.
            #[must_use]
            pub fn from_words(words: &[u64; $count]) -> Self {
                Self::read_wire(words.as_bytes())
            }
        }
    )*};
}

scalars! {
    HelloIn: 2, HelloOut: 8, AttachIn: 2, AttachOut: 2, DoorbellIn: 2, Bell: 2, ChooseIn: 1, ChooseOut: 1,
    FlushIn: 1, EmitIn: 3, EmitOut: 2,
}

/// What a reader says first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct HelloIn {
    /// Region ABI that the reader speaks: the major number.
    pub abi_major: u64,
    /// Region ABI that the reader speaks: the minor number.
    pub abi_minor: u64,
}

/// Who the driver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct HelloOut {
    /// Region ABI of the driver: the major number.
    pub abi_major: u64,
    /// Region ABI of the driver: the minor number.
    pub abi_minor: u64,
    /// Bytes of the region.
    #[trace(unit = "By")]
    pub total_size: u64,
    /// The region's 128 random bits.
    pub region_id: [u64; 2],
    /// The driver's incarnation: grows with every start.
    pub generation: u64,
    /// Fingerprint of the driver's catalog, low word first.
    pub fingerprint: [u64; 2],
}

/// How a reader attaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct AttachIn {
    /// What the reader wants beside the region.
    pub wants: Flags<Wants>,
    /// If it wants to drain: how far it may fall behind a writer before that one gives it up; else 0.
    #[trace(unit = "By")]
    pub lag: u64,
}

/// What a reader may want beside the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceFlags)]
#[repr(u64)]
pub enum Wants {
    /// A release page: lanes that drain then wait for it.
    Drain = 1,
}

/// Where a reader stands that drains; zeros for one that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct AttachOut {
    /// Which of the region's drain readers it is.
    pub slot: u64,
    /// Its ticket: what tells it from the others that have that slot in their turn.
    pub ticket: u64,
}

/// When a reader wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct DoorbellIn {
    /// The sum of the positions up to which it has read the lanes.
    #[trace(unit = "By")]
    pub read: u64,
    /// How much more is to come before it is woken.
    #[trace(unit = "By")]
    pub amount: u64,
}

/// What comes with the completion of DOORBELL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct Bell {
    /// Why the reader is woken.
    pub reason: Code<BellReason>,
    /// The sum of the positions up to which the lanes are published.
    #[trace(unit = "By")]
    pub published: u64,
}

/// Why a reader is woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, TraceCode)]
#[repr(u64)]
pub enum BellReason {
    /// As much has been published as it waited for.
    Rung = 1,
    /// A lane was closed, or the region.
    Closed = 2,
    /// It asked anew: that request stands, this one is over.
    Replaced = 3,
    /// It has detached.
    Detached = 4,
}

/// Classes of records, each a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceFlags)]
#[repr(u64)]
pub enum Classes {
    /// What a trace cannot be read without. Always there.
    Vital = 1,
    /// What is usually wanted.
    Normal = 2,
    /// What comes in masses.
    Bulk = 4,
}

/// What a reader wants observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct ChooseIn {
    /// Classes that it wants.
    pub classes: Flags<Classes>,
}

/// What the driver observes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct ChooseOut {
    /// Classes that some attached reader wants; all of them if none has chosen.
    pub classes: Flags<Classes>,
}

/// Which lanes are to say what they dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct FlushIn {
    /// Bit *n*: lane *n*.
    pub lanes: u64,
}

/// Which records to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct EmitIn {
    /// In which lane.
    pub lane: u64,
    /// How many.
    pub count: u64,
    /// What their content is computed from.
    pub seed: u64,
}

/// What became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, WireStruct, IntoBytes, Immutable)]
#[repr(C)]
pub struct EmitOut {
    /// Records that were stored.
    pub stored: u64,
    /// Attempts that were refused, and counted.
    pub refused: u64,
}
