//! What the kernel says of processes: records 0x0100 to 0x0103.

use abi_runtime::prelude::*;

/// A process or a thread was made.
///
/// A thread has its maker's `tgid` as `child_tgid` and another number as `child_pid`; of a process
/// both are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
pub struct Fork {
    /// Thread that the kernel names as the parent.
    #[trace(kind = "identity")]
    pub parent_pid: u32,
    /// Process that the kernel names as the parent.
    #[trace(kind = "identity")]
    pub parent_tgid: u32,
    /// The new thread.
    #[trace(kind = "identity")]
    pub child_pid: u32,
    /// The process that the new thread belongs to.
    #[trace(kind = "identity")]
    pub child_tgid: u32,
    /// CPU on which the kernel made the event.
    #[trace(kind = "identity")]
    pub cpu: u32,
    /// The kernel's number of the event on that CPU; a hole in them is a loss at the source.
    pub number: u32,
    /// When the kernel made the event: `CLOCK_MONOTONIC`.
    #[trace(unit = "ns", clock = "monotonic")]
    pub at: u64,
}

/// A process began to run another program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101, version = 2)]
pub struct Exec {
    /// Thread that called exec.
    #[trace(kind = "identity")]
    pub pid: u32,
    /// Its process.
    #[trace(kind = "identity")]
    pub tgid: u32,
    /// CPU on which the kernel made the event.
    #[trace(kind = "identity")]
    pub cpu: u32,
    /// The kernel's number of the event on that CPU.
    pub number: u32,
    /// When the kernel made the event: `CLOCK_MONOTONIC`.
    #[trace(unit = "ns", clock = "monotonic")]
    pub at: u64,
    /// Name of the program, as the kernel keeps it; empty if the process had ended before anybody looked.
    #[trace(since = 2, privacy = "private")]
    pub name: Name<16>,
}

/// A process or a thread ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0102, version = 2)]
pub struct Exit {
    /// Thread that ended.
    #[trace(kind = "identity")]
    pub pid: u32,
    /// Its process.
    #[trace(kind = "identity")]
    pub tgid: u32,
    /// Thread that the kernel names as the parent; none if the parent has collected the status
    /// before the kernel made the event.
    #[trace(kind = "identity", absent = 0)]
    pub parent_pid: u32,
    /// Process that the kernel names as the parent; none as above.
    #[trace(kind = "identity", absent = 0)]
    pub parent_tgid: u32,
    /// CPU on which the kernel made the event.
    #[trace(kind = "identity")]
    pub cpu: u32,
    /// The kernel's number of the event on that CPU.
    pub number: u32,
    /// When the kernel made the event: `CLOCK_MONOTONIC`.
    #[trace(unit = "ns", clock = "monotonic")]
    pub at: u64,
    /// Time since the thread was made; not known of one whose beginning was not observed.
    #[trace(unit = "ns", kind = "delta", absent = 0xffff_ffff_ffff_ffff)]
    pub lived_for: u64,
    /// Exit status (0 to 255) if it returned, else the number of the signal that ended it.
    pub status: u32,
    /// How it ended.
    pub ending: Code<Ending>,
    /// Signal that the parent is sent about it; threads send none. It is always the one that the parent
    /// asked for when it made the process, and tells nothing of the ending.
    #[trace(absent = 0xffff, deprecated = 2)]
    pub parent_signal: u16,
}

/// How a thread ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceCode)]
#[repr(u16)]
pub enum Ending {
    /// It called exit or returned from its main function.
    Returned = 1,
    /// A signal ended it.
    Killed = 2,
    /// A signal ended it, and it left a core dump.
    Dumped = 3,
}

impl Ending {
    /// Takes the kernel's exit code apart: how, and the status or signal.
    #[must_use]
    pub const fn of_exit_code(exit_code: u32) -> (Self, u32) {
        match exit_code & 0x7f {
            0 => (Self::Returned, (exit_code >> 8) & 0xff),
            signal if exit_code & 0x80 != 0 => (Self::Dumped, signal),
            signal => (Self::Killed, signal),
        }
    }
}

/// A process became the leader of a session of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0105)]
pub struct SessionStarted {
    /// Thread that asked for it.
    #[trace(kind = "identity")]
    pub pid: u32,
    /// Its process, whose number the session has.
    #[trace(kind = "identity")]
    pub tgid: u32,
    /// CPU on which the kernel made the event.
    #[trace(kind = "identity")]
    pub cpu: u32,
    /// The kernel's number of the event on that CPU.
    pub number: u32,
    /// When the kernel made the event: `CLOCK_MONOTONIC`.
    #[trace(unit = "ns", clock = "monotonic")]
    pub at: u64,
}

/// A thread gave itself another name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
pub struct Renamed {
    /// Thread that has the name now.
    #[trace(kind = "identity")]
    pub pid: u32,
    /// Its process.
    #[trace(kind = "identity")]
    pub tgid: u32,
    /// CPU on which the kernel made the event.
    #[trace(kind = "identity")]
    pub cpu: u32,
    /// The kernel's number of the event on that CPU.
    pub number: u32,
    /// When the kernel made the event: `CLOCK_MONOTONIC`.
    #[trace(unit = "ns", clock = "monotonic")]
    pub at: u64,
    /// The name.
    #[trace(privacy = "private")]
    pub name: Name<16>,
}

#[cfg(test)]
mod tests {
    use super::Ending;

    #[test]
    fn exit_codes_come_apart_as_wait_status_does() {
        assert_eq!(Ending::of_exit_code(0x0000), (Ending::Returned, 0));
        assert_eq!(Ending::of_exit_code(0x0300), (Ending::Returned, 3));
        assert_eq!(Ending::of_exit_code(0xff00), (Ending::Returned, 255));
        assert_eq!(Ending::of_exit_code(0x0009), (Ending::Killed, 9));
        assert_eq!(Ending::of_exit_code(0x008b), (Ending::Dumped, 11));
    }
}
