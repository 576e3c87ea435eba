//! Every hazard that a ring in shared memory has, one module each.

mod bounds;
mod clocks;
mod double_fetch;
mod foreign;
mod geometry;
#[cfg(target_os = "linux")]
mod killed;
mod lengths;
mod moments;
mod punched;
mod refused;
mod release_page;
mod tail;
mod too_big;
mod two_writers;
