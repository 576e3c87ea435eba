//! Which processors threads are measured on.

use std::hint::spin_loop;
use std::time::{Duration, Instant};

use abi_runtime::clock::{Clock, CycleCounter};

/// Returns the processors that this thread may run on. Asked for before it is kept on one of them.
#[cfg(target_os = "linux")]
pub fn allowed() -> Vec<usize> {
    let Ok(set) = rustix::thread::sched_getaffinity(None) else { return Vec::new() };
    (0..rustix::thread::CpuSet::MAX_CPU).filter(|&processor| set.is_set(processor)).collect()
}

/// Other systems do not let a thread choose.
#[cfg(not(target_os = "linux"))]
pub const fn allowed() -> Vec<usize> {
    Vec::new()
}

/// Keeps this thread on `processor`. Returns whether that worked.
#[cfg(target_os = "linux")]
pub fn keep_to(processor: usize) -> bool {
    let mut set = rustix::thread::CpuSet::new();
    set.set(processor);
    // Who waits for a moment is to sleep for that long, not for the 50 us that the kernel adds by itself.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
    rustix::thread::sched_setaffinity(None, &set).is_ok()
}

/// Other systems do not let a thread choose.
#[cfg(not(target_os = "linux"))]
pub const fn keep_to(_processor: usize) -> bool {
    false
}

/// Keeps this processor for `time`, and touches no memory that others have.
pub fn idle_for(time: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < time {
        spin_loop();
    }
}

/// Returns how many ticks a nanosecond has.
pub fn ticks_of_nanosecond() -> f64 {
    let (begin, first) = (Instant::now(), CycleCounter.ticks());
    idle_for(Duration::from_millis(10));
    let (elapsed, last) = (begin.elapsed(), CycleCounter.ticks());
    last.wrapping_sub(first) as f64 / (elapsed.as_secs_f64() * 1e9)
}
