//! A record and a composite: the traits that the derives implement.

use abi_schema::{RecordSchema, StructSchema};
use zerocopy::{Immutable, IntoBytes};

use crate::{RecordView, WireType};

/// Makes a struct a record: derives [`TraceRecord`](trait@TraceRecord), and what reads the record
/// back, its [`View`](crate::View).
///
/// ```
/// use abi_runtime::prelude::*;
///
/// /// A thread gave up its CPU.
/// #[derive(TraceRecord, IntoBytes, Immutable)]
/// #[repr(C)]
/// #[trace(id = 0x0103, version = 2)]
/// pub struct SchedSwitch {
///     /// Thread that got the CPU.
///     pub next_tid: u32,
///     /// Why the other thread left; version 1 had reserved bytes here.
///     #[trace(since = 2, claims = 1)]
///     pub reason: Code<SwitchReason>,
///     #[trace(reserved)]
///     _reserved: [u8; 2],
///     /// Time the other thread had run.
///     #[trace(since = 2, unit = "ns", kind = "delta")]
///     pub ran_for: u64,
/// }
///
/// /// Why a thread left its CPU.
/// #[derive(TraceCode)]
/// #[repr(u16)]
/// pub enum SwitchReason {
///     /// Another thread was more urgent.
///     Preempted = 1,
///     /// It waits.
///     Blocked = 2,
/// }
///
/// // Version 1 ended after 8 bytes.
/// let old = View::<SchedSwitch>::from_parts(&[42, 0, 0, 0, 0, 0, 0, 0], 1)?;
/// assert_eq!((old.next_tid(), old.ran_for()), (42, None));
/// # Ok::<(), abi_runtime::ViewError>(())
/// ```
///
/// `IntoBytes` and `Immutable` are zerocopy's derives, which name the crate `::zerocopy`: either
/// the crate that declares records depends on zerocopy itself (`cargo add zerocopy`), or the
/// struct says `#[zerocopy(crate = "abi_runtime::zerocopy")]`.
///
/// # On the struct
///
/// | attribute | value | meaning |
/// |---|---|---|
/// | `id` | 0x0100 to 0xffff | the record's id, chosen by people, never given out again |
/// | `version` | 1 (when left out) to 65535 | the newest version; each changed something |
/// | `class` | `"vital"`, `"normal"` (when left out), `"bulk"` | what a lane under pressure refuses last, and first |
/// | `crate` | a path, `::abi_runtime` when left out | where this crate is |
///
/// # On a field
///
/// | attribute | value | meaning |
/// |---|---|---|
/// | `reserved` | | bytes without a meaning: zero when written, ignored when read |
/// | `since` | 1 (when left out) to `version` | the version in which the field appeared |
/// | `claims` | 1 to `since - 1` | the version in which the field's bytes were reserved first |
/// | `deprecated` | `since + 1` to `version` | the version from which nobody should use the field |
/// | `unit` | text, at most 32 bytes | such as `"ns"` or `"By"` |
/// | `scale` | `"1/1000"`, each part 1 to 4294967295 | what one step is worth in `unit` |
/// | `clock` | text, at most 32 bytes | the clock of a tick count |
/// | `kind` | `"counter"`, `"gauge"`, `"delta"`, `"identity"` | how neighbouring values relate |
/// | `absent` | an integer of the field's type | the value that means "not known" |
/// | `privacy` | `"public"` (when left out), `"private"` | whether exporters redact the value |
///
/// # What is refused
///
/// Whatever would lie differently on another target or in C: no `#[repr(C)]`, `packed`, `align`,
/// parameters, a field under `cfg`, types that are not [wire types](WireType), bytes that no field
/// names, a field off a multiple of its own size, a size that is not a multiple of 8 or above
/// 65,512 bytes. Where reserved fields are the answer, the message prints the corrected struct.
/// Refused as well are versions with holes, and fields that break the rule that versions are
/// prefixes of one layout.
pub use trace_derive::TraceRecord;

/// Makes a struct a composite: derives [`WireStruct`](trait@WireStruct) and [`WireType`].
///
/// A composite lies as a field in records and in other composites. It is frozen whole at its first
/// release, so its fields have no `since`, `claims` or `deprecated`; everything else is as for
/// [records](macro@TraceRecord), save that its size is a multiple of its own alignment.
///
/// ```
/// use abi_runtime::prelude::*;
///
/// /// Where a thread ran.
/// #[derive(WireStruct, IntoBytes, Immutable)]
/// #[repr(C)]
/// pub struct Place {
///     /// NUMA node.
///     pub node: u16,
///     /// CPU of the node.
///     pub cpu: u16,
/// }
///
/// assert_eq!(Place::SCHEMA.size, 4);
/// ```
pub use trace_derive::WireStruct;

/// A struct that is a record: one fixed layout, which every party knows as its schema.
///
/// `#[derive(TraceRecord)]` implements it; see [the derive](macro@crate::TraceRecord) for the
/// attributes and the rules. The supertraits come from zerocopy, and they are the reason why no
/// padding byte, and so no memory of the driver, can cross the boundary.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a record",
    label = "not a record",
    note = "write `#[derive(TraceRecord, IntoBytes, Immutable)]`, `#[repr(C)]` and `#[trace(id = ...)]` above the struct"
)]
pub trait TraceRecord: IntoBytes + Immutable + Sized + 'static {
    /// The layout, as rustc made it, and its meaning.
    const SCHEMA: &'static RecordSchema;

    /// The bits of each payload word that a writer may store; the others are reserved and zero
    /// (REG-26). Empty when there are no others.
    #[doc(hidden)]
    const WRITTEN_BITS: &'static [u64] = &[];

    /// What reads the record's fields from bytes of any version; see [`View`](crate::View).
    type View<'a>: RecordView<'a>;
}

/// A struct that is a composite: fields that lie together in other records, and that are frozen
/// together at their first release.
///
/// `#[derive(WireStruct)]` implements it, and [`WireType`] with it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a composite",
    label = "not a composite",
    note = "write `#[derive(WireStruct, IntoBytes, Immutable)]` and `#[repr(C)]` above the struct"
)]
pub trait WireStruct: WireType + IntoBytes + Immutable {
    /// The layout, as rustc made it, and its meaning.
    const SCHEMA: &'static StructSchema;
}
