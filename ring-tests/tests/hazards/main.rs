//! Every hazard that a ring in shared memory has, one module each.

mod lengths;
