//! What the proofs of the DriverKit side share.
//!
//! The dext's own sources run on Linux in the process `dext-host`, under the shim of
//! `dext-bindings/shim/`. [`program`] compiles it, once per flavour; [`host`] runs it; [`raw`] speaks
//! with it as a client without manners would.
//!
//! The same sources are compiled for DriverKit too ([`target`]), and what comes out is looked at: names and
//! platform ([`object_file`]), layouts ([`debug_info`], [`layout`], [`image`]). What ties a source to one host
//! is looked for in its text ([`portable`]), and so is what the SDK is not known to have ([`sdk`]). [`iig`]
//! stands in for the one tool of the SDK that no other can replace.

pub mod debug_info;
#[cfg(target_os = "linux")]
pub mod demo;
#[cfg(target_os = "linux")]
pub mod host;
pub mod iig;
pub mod image;
pub mod layout;
pub mod object_file;
pub mod portable;
pub mod program;
#[cfg(target_os = "linux")]
pub mod raw;
pub mod sdk;
pub mod target;
