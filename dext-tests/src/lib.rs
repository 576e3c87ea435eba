//! What the proofs of the DriverKit side share.
//!
//! The dext's own sources run on Linux in the process `dext-host`, under the shim of
//! `dext-bindings/shim/`.

pub mod iig;
