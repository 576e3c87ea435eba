//! Which source the driver has.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use crate::connector::{Connector, ConnectorError};
use crate::observation::Observation;
use crate::origin::{Fallback, SourceKind, SourceStarted};
use crate::tree::{Tree, TreeError};
use rustix::io::Errno;

/// What the driver listens to.
#[derive(Debug)]
pub enum Source {
    /// The process connector.
    Connector(Connector),
    /// A directory tree, and why it is not the connector.
    Tree(Tree, Option<ConnectorError>),
}

/// Which source was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The connector, or where it is not to be had the tree.
    Best,
    /// The connector or nothing.
    Connector,
    /// The tree.
    Tree,
}

/// There is no source, or it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceError {
    /// The connector was asked for and is not to be had.
    Connector(ConnectorError),
    /// The tree cannot be watched; and why it is not the connector.
    Tree(TreeError, Option<ConnectorError>),
    /// The connector's socket failed while it was in use.
    Receive(Errno),
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector(error) => error.fmt(f),
            Self::Tree(error, None) => error.fmt(f),
            Self::Tree(error, Some(connector)) => {
                write!(f, "{error}; and before that: {connector}")
            }
            Self::Receive(errno) => {
                write!(f, "the process connector's socket failed: {errno}; start the driver again")
            }
        }
    }
}

impl std::error::Error for SourceError {}

impl Source {
    /// Opens the source that `choice` names; `root` is the tree to watch if it is the tree.
    ///
    /// # Errors
    ///
    /// See [`SourceError`].
    pub fn open(choice: Choice, receive_buffer: usize, root: &Path) -> Result<Self, SourceError> {
        let refusal = match choice {
            Choice::Tree => None,
            Choice::Best | Choice::Connector => match Connector::open(receive_buffer) {
                Ok(connector) => return Ok(Self::Connector(connector)),
                Err(error) if choice == Choice::Connector => {
                    return Err(SourceError::Connector(error));
                }
                Err(error) => Some(error),
            },
        };
        match Tree::open(root) {
            Ok(tree) => Ok(Self::Tree(tree, refusal)),
            Err(error) => Err(SourceError::Tree(error, refusal)),
        }
    }

    /// Returns which one it is.
    #[must_use]
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Connector(_) => SourceKind::Connector,
            Self::Tree(..) => SourceKind::Tree,
        }
    }

    /// Returns the record that tells which one it is.
    #[must_use]
    pub fn started(&self) -> SourceStarted {
        let fallback = match self {
            Self::Connector(_) => Fallback::None,
            Self::Tree(_, None) => Fallback::Chosen,
            Self::Tree(_, Some(ConnectorError::Refused { .. })) => Fallback::Refused,
            Self::Tree(_, Some(ConnectorError::NoAnswer)) => Fallback::NoAnswer,
        };
        SourceStarted::new(self.kind(), fallback)
    }

    /// Hands over what there is, a bounded amount, and returns whether there may be more.
    ///
    /// # Errors
    ///
    /// The source does not work any more.
    pub fn take(&mut self, hand_over: impl FnMut(Observation)) -> Result<bool, SourceError> {
        match self {
            Self::Connector(connector) => connector.take(hand_over).map_err(SourceError::Receive),
            Self::Tree(tree, _) => tree.take(hand_over).map_err(|error| SourceError::Tree(error, None)),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connector(_) => f.write_str("the kernel's process connector"),
            Self::Tree(tree, None) => write!(f, "the directory tree {}", tree.root().display()),
            Self::Tree(tree, Some(why)) => {
                write!(f, "the directory tree {}, because {why}", tree.root().display())
            }
        }
    }
}

impl AsFd for Source {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Connector(connector) => connector.as_fd(),
            Self::Tree(tree, _) => tree.as_fd(),
        }
    }
}
