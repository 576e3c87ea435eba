//! A writer that is stopped at every single instruction.
//!
//! A child process, the victim, plays a script on a lane in shared memory. Its parent lets it execute one
//! instruction, looks at the region as a reader would whose writer died there, and lets it execute the
//! next. At a stop it can also make a copy of the victim, registers, memory and all, and see what happens
//! if a signal handler emits there, if the process is stopped for a while, or killed.

#![allow(clippy::cast_possible_truncation, reason = "writers are stepped on a 64-bit machine")]

pub mod board;
mod branch;
pub mod case;
pub mod chance;
mod ffi;
mod gone;
mod ledger;
mod nested;
pub mod proof;
pub mod record;
mod said;
pub mod script;
mod stage;
mod truth;
pub mod victim;
