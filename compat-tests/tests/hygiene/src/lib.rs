//! Compiles, without a warning, where little of what an expansion might lean on is there.
//!
//! There is no std and no prelude; the runtime has another name and zerocopy is no dependency;
//! the names of the prelude stand for other things; and every lint that a careful crate turns on
//! is an error.

#![no_std]
#![no_implicit_prelude]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    rust_2018_idioms,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_lifetimes,
    clippy::all,
    clippy::pedantic
)]
#![forbid(unsafe_code)]

pub mod fragments;
pub mod names;
pub mod private;
pub mod records;
