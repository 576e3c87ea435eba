//! Linux: a region in a sealed memfd, served over a unix socket.

mod attachment;
mod clock;
mod error;
mod mapping;
mod memory;
mod server;

pub use attachment::{Attachment, attach};
pub use clock::{calibrate_ticks, random_id};
pub use error::{AttachError, MissingSeals, ServeError};
pub use memory::RegionMemory;
pub use server::{Access, Server, ServerThread};
