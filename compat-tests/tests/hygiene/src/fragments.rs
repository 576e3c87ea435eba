//! Attribute values that come through `macro_rules!`, which hands them on in groups that nobody sees.

use ::abi::prelude::{Immutable, IntoBytes, TraceCode, TraceFlags, TraceRecord};

macro_rules! described {
    (
        $id:literal, $version:literal, $class:literal, $claims:literal, $unit:literal, $clock:literal, $scale:literal,
        $kind:literal, $absent:literal, $privacy:literal, $since:literal, $deprecated:expr, $doc:literal, $len:literal,
        $gone:literal, $runtime:path, $int:ident, $retired:literal, $old:literal
    ) => {
        #[doc = $doc]
        #[derive(TraceRecord, IntoBytes, Immutable)]
        #[repr(C)]
        #[trace(id = $id, version = $version, class = $class, crate = $runtime)]
        #[zerocopy(crate = "abi::zerocopy")]
        pub struct Described {
            /// With everything that a field can state.
            #[trace(
                unit = $unit, clock = $clock, scale = $scale, kind = $kind, absent = $absent, privacy = $privacy,
                deprecated = $deprecated,
            )]
            pub value: i64,
            /// Bytes.
            pub bytes: [u8; $len],
            /// Claimed.
            #[trace(since = $since, claims = $claims)]
            pub claimed: ::abi::Code<Named>,
            /// Flags.
            pub bits: ::abi::Flags<Bits>,
        }

        /// A code.
        #[derive(TraceCode)]
        #[repr($int)]
        #[trace(crate = $runtime, retired(Gone = $gone, Less = -$gone))]
        pub enum Named {
            /// One.
            One = $since,
        }

        /// Flags.
        #[derive(TraceFlags)]
        #[repr(u8)]
        #[trace(crate = $runtime, retired(Gone = $gone))]
        pub enum Bits {
            /// One.
            One = $version,
        }

        ::abi::catalog! {
            /// A catalog of what was described.
            pub static FRAGMENTS = "fragments" {
                crate: ::abi,
                prefix: $old,
                records: [Described],
                retired: [$retired $old],
            }
        }
    };
}

described! {
    0x0107, 2, "vital", 1, "ns", "utc", "1/1000", "gauge", -1, "private", 2, 2, "A record.", 6, 8, ::abi, i8, 0x0108,
    "old"
}
