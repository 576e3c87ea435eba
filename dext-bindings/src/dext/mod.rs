//! The reader of a DriverKit extension: what it says, checks and believes, over whatever carries it.
//!
//! A [`Connection`] is what `IOKit` gives a client: calls, mappings, a completion, the news that the service has
//! ended. `macos` has it from `IOKit`, `linux` from `dext-host`. An [`Attachment`] is the rest, and the same
//! for both.
//!
//! Spec: `spec/attach.md`, ATT-13 to ATT-22.

mod attachment;
mod connection;
mod error;
mod generation;

pub use attachment::Attachment;
pub use connection::{Connection, Event, MapError, Mapped};
pub use error::{AttachError, OpenError};
pub use generation::{Follows, Generation};
