//! Where ticks come from.

/// Reads the clock of a region. One read is made for every attempt, dropped ones included.
///
/// Implemented by every `Fn() -> u64`.
pub trait Clock {
    /// Whether the ticks are those of a clock that goes by itself: then the writer times one attempt of
    /// each block, and a reader can say what observing costs.
    const TELLS_TIME: bool = false;

    /// Returns the ticks of now. They should not run backwards on one thread; where they do, the
    /// reader says so and changes nothing.
    fn ticks(&self) -> u64;
}

impl<F: Fn() -> u64> Clock for F {
    #[inline]
    fn ticks(&self) -> u64 {
        self()
    }
}

/// The processor's own counter: the time-stamp counter on x86, the virtual counter on aarch64.
///
/// Its rate is not known here; whoever makes the region measures it and states the ratio in the
/// region header.
#[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct CycleCounter;

#[cfg(target_arch = "x86_64")]
impl Clock for CycleCounter {
    const TELLS_TIME: bool = true;

    #[inline]
    fn ticks(&self) -> u64 {
        // SAFETY: `rdtsc` exists on every x86_64 processor and touches no memory.
        unsafe { core::arch::x86_64::_rdtsc() }
    }
}

#[cfg(target_arch = "x86")]
impl Clock for CycleCounter {
    const TELLS_TIME: bool = true;

    #[inline]
    fn ticks(&self) -> u64 {
        // SAFETY: `rdtsc` exists on every i686 processor and touches no memory.
        unsafe { core::arch::x86::_rdtsc() }
    }
}

#[cfg(target_arch = "aarch64")]
impl Clock for CycleCounter {
    const TELLS_TIME: bool = true;

    #[inline]
    fn ticks(&self) -> u64 {
        let ticks: u64;
        // SAFETY: the virtual counter is readable from user space on every system that the
        // project names, and reading it touches neither memory nor the stack.
        unsafe {
            core::arch::asm!("mrs {}, cntvct_el0", out(reg) ticks, options(nomem, nostack, preserves_flags));
        }
        ticks
    }
}
