//! Every hazard that a ring in shared memory has, one module each.

mod clocks;
mod double_fetch;
mod lengths;
mod punched;
