//! macOS: the reader of a DriverKit extension, over `IOKit`.

mod clock;
mod ffi;
mod mapping;
mod service;
pub mod signatures;

pub use clock::MachContinuousClock;
pub use mapping::ServiceMapping;
pub use service::Service;
