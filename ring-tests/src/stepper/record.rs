//! The records of a victim: one of each kind.

use abi_runtime::prelude::*;

use super::board::stamp;
use super::script::Kind;

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident: $kind:ident, $id:tt, $class:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, TraceRecord, IntoBytes, Immutable)]
            #[repr(C)]
            #[trace(id = $id, class = $class)]
            pub struct $name {
                /// The stamp of the attempt, in every word.
                words: [u64; Kind::$kind.words()],
            }

            impl $name {
                /// Makes the record of attempt number `number`.
                pub const fn of(number: u64) -> Self {
                    Self { words: [stamp(number); Kind::$kind.words()] }
                }
            }
        )*
    };
}

records! {
    /// One word.
    Small: Small, 0x0100, "vital";
    /// Some words.
    Medium: Medium, 0x0101, "normal";
    /// Half a block.
    Large: Large, 0x0102, "bulk";
    /// More than a block.
    Huge: Huge, 0x0103, "bulk";
}

abi_runtime::catalog! {
    /// What a victim tells.
    pub static VICTIM = "victim" { records: [Small, Medium, Large, Huge] }
}
