//! The writers in Rust, C and C++ side by side.
//!
//! - [`script`]: the language of the scripts that both run; [`random`]: such scripts
//! - [`records`]: what they record
//! - [`interpreter`]: runs one with the writer in Rust
//! - [`target`]: builds and runs programs in C and C++, among them the one that runs scripts
//! - [`compare`]: what both left behind, byte by byte
//! - [`soak`]: the same for very many

pub mod compare;
pub mod interpreter;
pub mod random;
pub mod records;
pub mod script;
pub mod soak;
pub mod target;
