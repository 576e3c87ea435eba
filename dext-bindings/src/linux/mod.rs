//! Linux: a region in a sealed memfd, served over a unix socket.

mod attachment;
mod clock;
mod doorbell;
mod drains;
mod error;
mod granting;
mod mapping;
mod memory;
mod owner;
mod reader;
mod server;

pub use attachment::{Attachment, Wish, Woken, attach, attach_with};
pub use clock::{MonotonicClock, calibrate_ticks, random_id};
pub use drains::Drains;
pub use error::{AttachError, MissingSeals, ServeError};
pub use granting::Draining;
pub use memory::RegionMemory;
pub use owner::{current_thread, thread_is_gone};
pub use server::{Access, Server, ServerThread};
