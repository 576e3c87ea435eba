//! The clock of a region, and its random name.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use abi_runtime::clock::Clock;
use abi_runtime::layout::ClockKind;
use abi_runtime::region::ClockInfo;
use rustix::time::{ClockId, clock_gettime};

/// `CLOCK_MONOTONIC`, in nanoseconds: the clock with which the kernel stamps its own events.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    const TELLS_TIME: bool = true;

    #[inline]
    fn ticks(&self) -> u64 {
        let now = clock_gettime(ClockId::Monotonic);
        let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
        seconds.wrapping_mul(1_000_000_000).wrapping_add(u64::try_from(now.tv_nsec).unwrap_or(0))
    }
}

/// Measures a clock of ticks against the system's monotonic clock for `span`, and states its ratio
/// as nanoseconds in 2^20 ticks.
///
/// The error of the ratio is about the time of one reading over `span`: 10 ms leave some 10 ppm.
pub fn calibrate_ticks(clock: &impl Clock, kind: ClockKind, span: Duration) -> ClockInfo {
    /// Ticks for which the ratio states nanoseconds: enough for seven digits, small enough that
    /// a day of ticks times it stays within 128 bits.
    const DENOMINATOR: u64 = 1 << 20;
    let (begin, first) = (Instant::now(), clock.ticks());
    while begin.elapsed() < span {
        std::hint::spin_loop();
    }
    let (elapsed, last) = (begin.elapsed(), clock.ticks());
    let ticks = u128::from(last.wrapping_sub(first).max(1));
    let numerator = (elapsed.as_nanos() * u128::from(DENOMINATOR) / ticks).max(1);
    let utc = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    ClockInfo {
        kind,
        numerator: u64::try_from(numerator).unwrap_or(u64::MAX),
        denominator: DENOMINATOR,
        anchor_ticks: clock.ticks(),
        anchor_utc: u64::try_from(utc.as_nanos()).unwrap_or(0),
    }
}

/// Returns 128 random bits for a new region.
///
/// # Errors
///
/// The kernel has no random numbers to give.
pub fn random_id() -> io::Result<[u64; 2]> {
    let mut bytes = [0; 16];
    let mut filled = 0;
    while filled < bytes.len() {
        filled += rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty())?;
    }
    let (low, high) = bytes.split_at(8);
    let word = |half: &[u8]| half.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
    Ok([word(low), word(high)])
}
