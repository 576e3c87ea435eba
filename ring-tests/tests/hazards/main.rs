//! Every hazard that a ring in shared memory has, and the test that meets it, wherever it stands.
//!
//! | hazard | rules | test |
//! |---|---|---|
//! | hostile lengths | REG-16, REG-18, REG-32 | [`lengths`]; whole control and block words: `abi-runtime/tests/mutated.rs` |
//! | double fetch | REG-31 | [`double_fetch`]; copies lapped in flight: `abi-runtime/tests/lapped.rs`, `tests/lapped.rs` |
//! | hostile geometry | REG-4, REG-10 | [`geometry`]; each rule by name: `abi-runtime/tests/attach.rs` |
//! | hostile release page | REG-47, REG-48 | [`release_page`]; behind a socket: `dext-bindings/tests/draining.rs` |
//! | punched and zeroed blocks | REG-16, REG-35 | [`punched`]; single words: `abi-runtime/tests/late.rs` |
//! | a clock that lies | REG-32, REG-50 | [`clocks`] |
//! | fork | REG-1, ATT-2 | [`killed::a_child_of_the_driver_dies_of_touching_the_region`]; the flag: `dext-bindings/tests/seals.rs` |
//! | two writers | REG-20 | [`two_writers`]; lanes that are handed out: `abi-runtime/tests/pool.rs` |
//! | readers killed by the thousand | REG-30 | [`killed::two_thousand_readers_killed_in_the_middle_of_reading`] |
//! | readers that store, or try to | REG-1, ATT-3 | `dext-bindings/tests/seals.rs` |
//! | drops behind the last record | REG-24, REG-37 | [`tail`]; told once: `abi-runtime/tests/late.rs` |
//! | a record larger than a block | REG-18, REG-23 | [`too_big`] |
//! | attach at any moment | REG-36, REG-40 | [`moments`] |
//! | retries without an end | REG-20, REG-31, REG-36 | [`bounds`] |
//! | a driver that is killed | REG-38 | [`killed::what_four_hundred_killed_writers_left_is_all_there`]; behind every instruction: `tests/stepper.rs` |
//! | a driver or a reader that is stopped | REG-38, REG-34 | [`killed::a_driver_that_is_stopped_and_goes_on`], [`killed::a_reader_that_is_stopped_and_goes_on`] |
//! | truncated, foreign, swapped or random bytes | REG-5, REG-10 | [`foreign`]; through a socket: `dext-bindings/tests/refusals.rs` |
//! | memory that shrinks under its reader | ATT-8 | `dext-bindings/tests/refusals.rs`: not sealed, not read |
//! | lanes, policies and pages that cannot be | REG-6, REG-11, REG-30, REG-44 | [`refused`]; a class that nobody knows does not compile: `compat-tests/tests/ui/attr_class.rs` |
//! | a region of another version | REG-5 | [`foreign::another_byte_order_and_another_abi_with_both_numbers`], `tests/images.rs` |
//!
//! Paths that begin with `tests/` are in this crate. What is killed here for seconds, `cargo xtask soak --only
//! hazards` kills for as long as it is told.

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
