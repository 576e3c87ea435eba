//! Record header, region, lane, block, writer and reader of a trace ring that is shared across
//! a privilege boundary.

#![no_std]

extern crate self as abi_runtime;

mod code;
mod embedded;
mod flags;
mod name;
pub mod prelude;
mod record;
mod view;
mod wire;

#[doc(hidden)]
pub mod __private;
