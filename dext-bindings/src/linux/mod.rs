//! Linux: a region in a sealed memfd, served over a unix socket.

mod attachment;
mod bell;
mod clock;
mod connection;
mod dext_host;
mod doorbell;
mod drains;
mod error;
mod ffi;
mod granting;
mod inode;
mod life;
mod listener;
mod lock;
mod mapping;
mod memfd;
mod memory;
mod owner;
mod pace;
mod packet;
mod process;
mod reader;
mod seat;
mod server;
mod silence;
mod start;

pub use crate::attached::{Ended, Wish, Woken};
pub use attachment::{Attachment, attach, attach_with};
pub use clock::{MonotonicClock, calibrate_ticks, random_id};
pub use dext_host::{DextHost, registry};
pub use drains::Drains;
pub use error::{AttachError, MissingSeals, ServeError};
pub use granting::Draining;
pub use memory::{RegionFile, RegionMemory};
pub use owner::{current_thread, thread_is_gone};
pub use server::{Access, Server, ServerThread};
