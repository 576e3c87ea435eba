//! Why a reader of a DriverKit extension did not come to read.

use std::path::PathBuf;
use std::{fmt, io};

use abi_runtime::attach;
use abi_runtime::layout::{ABI_MAJOR, ABI_MINOR};

use super::connection::MapError;
use crate::boundary::{Refusal, ReturnCode};

/// A service cannot be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no service of that name.
    NoSuchService {
        /// The class of the service.
        name: String,
        /// Where it was looked for.
        place: String,
    },
    /// Nobody said where services are registered.
    NoRegistry,
    /// The driver or the kernel did not let the reader in.
    Refused {
        /// The class of the service.
        name: String,
        /// What was said.
        code: ReturnCode,
    },
    /// The system refused something.
    Io {
        /// What was tried.
        action: &'static str,
        /// Where, if it has a place.
        path: Option<PathBuf>,
        /// The system's reason.
        source: io::Error,
    },
}

/// A reader cannot attach.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttachError {
    /// The driver speaks another region ABI.
    AbiMajor {
        /// The driver's major number.
        driver: u64,
        /// The driver's minor number, if it said one.
        minor: Option<u64>,
    },
    /// The driver refused a call.
    Refused {
        /// Which one.
        call: &'static str,
        /// What it said.
        code: ReturnCode,
    },
    /// A memory cannot be mapped.
    Map {
        /// Which one.
        memory: &'static str,
        /// Why.
        source: MapError,
    },
    /// A memory has another size than it should have.
    Size {
        /// Which one.
        memory: &'static str,
        /// What it should have, in bytes.
        said: u64,
        /// What it has, in bytes.
        has: u64,
    },
    /// The region is not the one that the driver spoke of.
    OtherRegion {
        /// What differs.
        what: &'static str,
    },
    /// The region is not well formed.
    Region(attach::AttachError),
}

/// What a code says, for a person: the thing, the rule, the next step.
pub(crate) struct Words(pub(crate) ReturnCode);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.0;
        if let Some(major) = code.driver_major() {
            return write!(
                f,
                "the driver speaks region ABI {major} and this reader {ABI_MAJOR}.{ABI_MINOR}: the major numbers must be equal (ATT-14); use a reader of ABI {major}"
            );
        }
        let words = match (code.refusal(), code) {
            (Some(refusal), _) => refusal_words(refusal),
            (_, ReturnCode::BAD_ARGUMENT) => {
                "bad argument: the driver does not know the call, takes other counts, or is gone (ATT-21); is it as new as this reader?"
            }
            (_, ReturnCode::UNSUPPORTED) => {
                "unsupported: this is no driver of ours, or an older one (ATT-13)"
            }
            (_, ReturnCode::NOT_PERMITTED) => {
                "not permitted: the kernel does not let this program open the driver; its entitlements have to name the driver (dext-bindings/dext/README.md)"
            }
            (_, ReturnCode::NO_MEMORY) => "no memory",
            (_, ReturnCode::NO_RESOURCES) => {
                "the driver has as many connections as it takes; close one, or try later"
            }
            (_, ReturnCode::OFFLINE) => "the driver is going away; attach anew when it is back",
            (_, ReturnCode::TIMEOUT) => {
                "the driver did not answer in time; is it stopped, or held in a debugger?"
            }
            (_, ReturnCode::ABORTED | ReturnCode::INVALID_DESTINATION) => {
                "the driver is gone; attach anew when it is back"
            }
            _ => return write!(f, "code {code}, which this version does not know"),
        };
        write!(f, "{words} ({code})")
    }
}

const fn refusal_words(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::SayHelloFirst => {
            "HELLO comes before everything else (ATT-14); this is a mistake of the reader"
        }
        Refusal::AlreadyAttached => "this connection is attached already; detach it first",
        Refusal::NotAttached => "this connection is not attached; attach it first",
        Refusal::NoReleasePage => {
            "the driver has no release page for one more reader that drains (ATT-18); attach without draining, or when another has left"
        }
        Refusal::BadWishes => "the driver does not know what was wished for; it is older than this reader",
        Refusal::BadClasses => {
            "the classes that were chosen are none that the driver knows, or lack vital (ATT-22)"
        }
        Refusal::NotDraining => "only a reader that drains is waited for (ATT-18)",
        Refusal::BadLane => "the region has no such lane",
        Refusal::Stopping => {
            "the driver is closing its region; read to the end, and attach anew when it is back"
        }
        Refusal::AlreadyServed => "the writers wait for this reader already",
        Refusal::BadCount => "more records than one call may ask for; ask for fewer",
        Refusal::AbiMajor => "the driver speaks another region ABI (ATT-14)",
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchService { name, place } => write!(
                f,
                "no service `{name}` in {place}: is the driver loaded, and is this the class of its service?"
            ),
            Self::NoRegistry => f.write_str(
                "nobody says where dext-host registers its services: set TESTIMONY_REGISTRY, or XDG_RUNTIME_DIR",
            ),
            Self::Refused { name, code } => write!(f, "`{name}` cannot be opened: {}", Words(*code)),
            Self::Io { action, path: Some(path), source } => {
                write!(f, "{}: cannot {action}: {source}", path.display())
            }
            Self::Io { action, path: None, source } => write!(f, "cannot {action}: {source}"),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::NoSuchService { .. } | Self::NoRegistry | Self::Refused { .. } => None,
        }
    }
}

impl fmt::Display for AttachError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AbiMajor { driver, minor } => {
                write!(f, "the driver speaks region ABI {driver}")?;
                if let Some(minor) = minor {
                    write!(f, ".{minor}")?;
                }
                write!(
                    f,
                    " and this reader {ABI_MAJOR}.{ABI_MINOR}: the major numbers must be equal (ATT-14); use a reader of ABI {driver}"
                )
            }
            Self::Refused { call, code } => write!(f, "{call}: {}", Words(*code)),
            Self::Map { memory, source: MapError::Refused(code) } => {
                write!(f, "the {memory} cannot be mapped: {}", Words(*code))
            }
            Self::Map { memory, source } => write!(f, "the {memory} cannot be mapped: {source}"),
            Self::Size { memory, said, has } => {
                write!(f, "the {memory} should have {said} bytes and has {has} (ATT-16); refused")
            }
            Self::OtherRegion { what } => write!(
                f,
                "the region has another {what} than the driver said (ATT-16): it is not the one that the driver spoke of; refused"
            ),
            Self::Region(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AttachError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Map { source, .. } => Some(source),
            Self::Region(error) => Some(error),
            _ => None,
        }
    }
}
