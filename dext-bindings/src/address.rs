//! Which driver a reader attaches to.

use std::convert::Infallible;
use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::attached::{Attached, Wish};
use crate::dext;
#[cfg(target_os = "linux")]
use crate::linux;

/// What the name of a DriverKit extension's service begins with.
const DEXT: &str = "dext:";

/// A driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// One that serves at a unix socket.
    Socket(PathBuf),
    /// A DriverKit extension, by the class of its service.
    Dext(String),
}

/// Nobody could be attached to.
#[derive(Debug)]
#[non_exhaustive]
pub enum AddressError {
    /// The driver at a socket.
    #[cfg(target_os = "linux")]
    Socket(linux::AttachError),
    /// This system has no drivers at sockets.
    NoSockets(PathBuf),
    /// This system has no DriverKit extensions.
    NoDexts(String),
    /// The extension's service cannot be opened.
    Open(dext::OpenError),
    /// The extension does not let the reader in, or what it hands out is not what it spoke of.
    Attach(dext::AttachError),
}

impl Address {
    /// Reads an address as a person writes it: `dext:NAME`, or the path of a socket.
    #[must_use]
    pub fn parse(text: &OsStr) -> Self {
        match text.to_str().and_then(|text| text.strip_prefix(DEXT)) {
            Some(name) => Self::Dext(name.to_owned()),
            None => Self::Socket(text.into()),
        }
    }

    /// Attaches.
    ///
    /// # Errors
    ///
    /// Names what does not hold. No word behind the region header has been looked at then.
    pub fn attach(&self, wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
        match self {
            Self::Socket(path) => attach_socket(path, wish),
            Self::Dext(name) => attach_dext(name, wish),
        }
    }
}

impl FromStr for Address {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::parse(OsStr::new(text)))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Dext(name) => write!(f, "{DEXT}{name}"),
        }
    }
}

#[cfg(target_os = "linux")]
fn attach_socket(path: &std::path::Path, wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
    let attachment = linux::attach_with(path, wish).map_err(AddressError::Socket)?;
    Ok(Box::new(attachment))
}

#[cfg(not(target_os = "linux"))]
fn attach_socket(path: &std::path::Path, _wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
    Err(AddressError::NoSockets(path.to_owned()))
}

#[cfg(target_os = "linux")]
fn attach_dext(name: &str, wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
    let registry = linux::registry().map_err(AddressError::Open)?;
    let connection = linux::DextHost::open(&registry, name).map_err(AddressError::Open)?;
    let attachment = dext::Attachment::attach(connection, wish).map_err(AddressError::Attach)?;
    Ok(Box::new(attachment))
}

#[cfg(target_os = "macos")]
fn attach_dext(name: &str, wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
    let connection = crate::macos::Service::open(name).map_err(AddressError::Open)?;
    let attachment = dext::Attachment::attach(connection, wish).map_err(AddressError::Attach)?;
    Ok(Box::new(attachment))
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn attach_dext(name: &str, _wish: Wish) -> Result<Box<dyn Attached>, AddressError> {
    Err(AddressError::NoDexts(name.to_owned()))
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(target_os = "linux")]
            Self::Socket(error) => error.fmt(f),
            Self::NoSockets(path) => write!(
                f,
                "{}: drivers serve at sockets on Linux only; a DriverKit extension is `{DEXT}NAME`",
                path.display()
            ),
            Self::NoDexts(name) => {
                write!(
                    f,
                    "{DEXT}{name}: there are DriverKit extensions on macOS, and under dext-host on Linux"
                )
            }
            Self::Open(error) => error.fmt(f),
            Self::Attach(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for AddressError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Socket(error) => Some(error),
            Self::Open(error) => Some(error),
            Self::Attach(error) => Some(error),
            Self::NoSockets(_) | Self::NoDexts(_) => None,
        }
    }
}
