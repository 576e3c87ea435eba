//! The clock of an extension's region.

use abi_runtime::clock::Clock;

use super::ffi;

/// `mach_continuous_time`: what a DriverKit extension stamps its records with. It goes on while the machine
/// sleeps, and counts the same in every process.
#[derive(Clone, Copy, Debug, Default)]
pub struct MachContinuousClock;

impl Clock for MachContinuousClock {
    #[inline]
    fn ticks(&self) -> u64 {
        ffi::continuous_ticks()
    }
}
