//! Why serving or attaching did not come about.

use std::path::PathBuf;
use std::{fmt, io};

use abi_runtime::attach;
use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR};
use rustix::fs::SealFlags;

/// A driver cannot serve its region.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// Something that is not a socket lies at the path. It is left alone.
    NotASocket(PathBuf),
    /// A live driver answers at the path.
    InUse(PathBuf),
    /// The kernel refused something.
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The kernel's reason.
        source: io::Error,
    },
    /// The memory does not hold a region.
    Region(attach::AttachError),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASocket(path) => write!(
                f,
                "{}: something lies there that is not a socket, and it is left alone; remove it or choose another path",
                path.display()
            ),
            Self::InUse(path) => {
                write!(f, "{}: another driver serves there; stop it or choose another path", path.display())
            }
            Self::Io { action, path, source } => write!(f, "{}: cannot {action}: {source}", path.display()),
            Self::Region(error) => write!(f, "the memory to be served holds no region: {error}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Region(error) => Some(error),
            Self::NotASocket(_) | Self::InUse(_) => None,
        }
    }
}

/// A reader cannot attach.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttachError {
    /// Nobody serves at the path.
    NobodyThere {
        /// The path.
        path: PathBuf,
        /// The kernel's reason.
        source: io::Error,
    },
    /// The kernel refused something.
    Io {
        /// What was tried.
        action: &'static str,
        /// The kernel's reason.
        source: io::Error,
    },
    /// Whoever serves at the path did not answer in time.
    Silent,
    /// The driver ended before it answered.
    Ended,
    /// The driver closed every connection without an answer, until the time was over.
    Dismissed {
        /// How many connections.
        times: u32,
    },
    /// Whoever serves at the path is not a driver of ours.
    NotOurs {
        /// Bytes that came instead of an answer.
        bytes: usize,
    },
    /// The driver's configuration does not allow this user.
    NotAllowed,
    /// The driver has as many readers as it takes.
    Full,
    /// The driver has no release page for one more reader that drains, or none at all.
    NoReleasePage,
    /// The driver does not grant what was asked for.
    NotGranted(&'static str),
    /// The driver speaks another region ABI.
    AbiMajor {
        /// The driver's major and minor number.
        driver: (u16, u16),
    },
    /// The driver did not take what this reader said for a hello.
    NotAHello,
    /// The driver refused for a reason that this version does not know.
    Refused(u32),
    /// The driver said welcome and handed nothing out.
    NoDescriptor,
    /// What the driver handed out cannot be sealed: it is not a memfd made for it.
    NotSealable,
    /// What the driver handed out is not sealed.
    Unsealed(MissingSeals),
    /// The file, or the region in it, has another size than the driver said.
    Size {
        /// What the driver said, in bytes.
        said: u64,
        /// What the file has, in bytes.
        has: u64,
    },
    /// What the driver handed out is not filled out: a part of it has no memory.
    Sparse {
        /// Its size, in bytes.
        size: u64,
        /// How much of it has memory, in bytes.
        filled: u64,
    },
    /// What the driver handed out as a doorbell is no eventfd.
    NotABell,
    /// The region is not the one that the driver spoke of.
    OtherRegion {
        /// What differs.
        what: &'static str,
    },
    /// The driver handed out, or granted, what was not asked for.
    NotAskedFor,
    /// The place among the drain readers that the driver granted does not exist.
    NoSuchPlace {
        /// The slot that the driver stated.
        slot: u32,
        /// The ticket that the driver stated.
        ticket: u64,
        /// How many slots the region has.
        slots: u32,
    },
    /// The region is not well formed.
    Region(attach::AttachError),
}

/// Seals that a region's file must have and this one has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingSeals(pub(crate) SealFlags);

impl fmt::Display for MissingSeals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.0.iter_names().map(|(name, _)| name).collect();
        f.write_str(&names.join(", "))
    }
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyThere { path, source } => {
                write!(f, "{}: no driver serves there ({source}); is it running, and is this its socket?", path.display())
            }
            Self::Io { action, source } => write!(f, "cannot {action}: {source}"),
            Self::Silent => f.write_str("whoever serves there did not answer in time (ATT-7); is it a driver of ours?"),
            Self::Ended => f.write_str("the driver ended before it answered (ATT-7); attach when it is back"),
            Self::Dismissed { times } => write!(
                f,
                "the driver closed the connection without an answer, {times} times (ATT-7): so many connect to it that it hears only some of them; try later"
            ),
            Self::NotOurs { bytes } => write!(
                f,
                "whoever serves there is not a driver of ours: {bytes} bytes came that are not an answer (ATT-7)"
            ),
            Self::NotAllowed => f.write_str(
                "the driver does not allow this user (ATT-6); its configuration says which users and groups may attach",
            ),
            Self::Full => f.write_str("the driver has as many readers as it takes; detach one, or try later"),
            Self::NoReleasePage => f.write_str(
                "the driver has no release page for one more reader that drains (ATT-10); attach without draining, or when another has left",
            ),
            Self::NotGranted(what) => write!(
                f,
                "the driver does not grant {what} (ATT-7): it is older than region ABI 1.1, or short of descriptors; attach without"
            ),
            Self::AbiMajor { driver: (major, minor) } => write!(
                f,
                "the driver speaks region ABI {major}.{minor} and this reader {ABI_MAJOR}.{ABI_MINOR}: the major numbers must be equal (REG-5); use a reader of ABI {major}"
            ),
            Self::NotAHello => f.write_str(
                "the driver did not take this reader's hello for one (ATT-7): it speaks another protocol under the same path, or its version has a fault; use a reader of the driver's version",
            ),
            Self::Refused(code) => write!(f, "the driver refused with code {code}, which this version does not know; use a newer reader"),
            Self::NoDescriptor => f.write_str("the driver said welcome and handed out no region (ATT-7)"),
            Self::NotSealable => f.write_str(
                "what the driver handed out is not sealed memory (ATT-8): it could shrink under the reader; refused",
            ),
            Self::Unsealed(missing) => write!(
                f,
                "what the driver handed out lacks the seals {missing} (ATT-8): it could change under the reader; refused"
            ),
            Self::Size { said, has } => write!(f, "the driver said {said} bytes and handed out {has} (ATT-8); refused"),
            Self::Sparse { size, filled } => write!(
                f,
                "of the {size} bytes that the driver handed out {filled} are filled out (ATT-1): the rest would be taken from this reader's memory; refused"
            ),
            Self::NotABell => f.write_str("what the driver handed out as a doorbell is no eventfd (ATT-12); attach without a doorbell"),
            Self::OtherRegion { what } => write!(
                f,
                "the region has another {what} than the driver said (ATT-8): it is not the one that the driver spoke of; refused"
            ),
            Self::NotAskedFor => f.write_str(
                "the driver granted or handed out more than was asked for (ATT-10): it has a fault; use another version of the driver",
            ),
            Self::NoSuchPlace { slot, ticket, slots } => write!(
                f,
                "the driver granted slot {slot} with ticket {ticket}, and the region has {slots} slots, with tickets from 1 to below 2^56 (REG-46): it has a fault; attach without draining"
            ),
            Self::Region(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AttachError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NobodyThere { source, .. } | Self::Io { source, .. } => Some(source),
            Self::Region(error) => Some(error),
            _ => None,
        }
    }
}
