//! Every hazard that a ring in shared memory has, one module each.

mod bounds;
mod clocks;
mod double_fetch;
mod geometry;
mod lengths;
mod punched;
mod tail;
mod too_big;
mod two_writers;
