//! What the demo of the DriverKit side is made of.

mod account;
mod load;
mod watcher;

pub use account::{Account, print_accounts};
pub use load::{Load, Told};
pub use watcher::{Seen, Watcher};
