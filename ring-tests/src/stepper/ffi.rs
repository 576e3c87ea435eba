//! What a victim needs of the system and of C: the mapping, the signal handler, the writer in C.

use std::ffi::{c_int, c_void};
use std::io;
use std::os::fd::BorrowedFd;
use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction};
use rustix::mm::{MapFlags, ProtFlags, mmap};

use super::board::ACCOUNT_WORDS;
use super::victim::Victim;

unsafe extern "C" {
    fn victim_begin(
        base: *mut c_void,
        size: usize,
        clock: *mut u64,
        page: *const u64,
        lane: *const Beginning,
    ) -> u64;
    fn victim_act(verb: u32, kind: u32, stamp: u64) -> u64;
    fn victim_interrupt(stamp: u64) -> u64;
    fn victim_account(words: *mut u64);
}

/// Maps `words` words of `file`, shared, for as long as the process lives. Children get the mapping too:
/// a stepper makes them, one at a time.
pub(super) fn map(file: BorrowedFd<'_>, words: usize) -> io::Result<&'static [AtomicU64]> {
    let bytes = words * size_of::<u64>();
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
    let base = unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, file, 0) }?;
    // SAFETY:
    // - the mapping is `words` words long, begins at a page, and is never unmapped;
    // - it is made of atomic words; whoever else stores to the file does so while this process is stopped.
    Ok(unsafe { slice::from_raw_parts(base.cast::<AtomicU64>(), words) })
}

/// The victim that the handler interrupts.
static INTERRUPTED: AtomicPtr<Victim> = AtomicPtr::new(ptr::null_mut());

/// Lets the signal `SIGUSR1` interrupt `victim`, and `SIGUSR2` end it.
pub(super) fn let_interrupt(victim: &'static Victim) -> nix::Result<()> {
    INTERRUPTED.store(ptr::from_ref(victim).cast_mut(), Ordering::Relaxed);
    let action = SigAction::new(SigHandler::Handler(handle), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler calls `Victim::interrupt` only, which does not allocate, lock or unwind.
    unsafe { sigaction(Signal::SIGUSR1, &action) }?;
    let action = SigAction::new(SigHandler::Handler(end), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler calls `Victim::give_on`, which does not allocate, lock or unwind, and kills the
    // process: what it has interrupted never goes on.
    unsafe { sigaction(Signal::SIGUSR2, &action) }?;
    Ok(())
}

extern "C" fn handle(_signal: c_int) {
    if let Some(victim) = interrupted() {
        victim.interrupt();
    }
}

extern "C" fn end(_signal: c_int) {
    if let Some(victim) = interrupted() {
        victim.give_on();
    }
    // There is nobody to tell if that fails; the parent then waits for an end that does not come as it should.
    let _ = raise(Signal::SIGKILL);
}

fn interrupted() -> Option<&'static Victim> {
    let victim = INTERRUPTED.load(Ordering::Relaxed);
    // SAFETY: it was stored by `let_interrupt` before there was a handler, from a shared reference that is
    // valid for ever; the process has one thread, so this is the thread that the victim belongs to.
    unsafe { victim.as_ref() }
}

/// What the writer in C is told of its lane: `victim_lane` in `c/victim.c`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub(super) struct Beginning {
    pub(super) policy: u64,
    pub(super) lag: u64,
    pub(super) normal_blocks: u32,
    pub(super) bulk_blocks: u32,
}

/// Hands the region in `region` to the writer in C, `clock` as its clock, and `page` as the release page of
/// its drain reader.
pub(super) fn begin_in_c(
    region: &'static [AtomicU64],
    clock: &'static AtomicU64,
    page: &'static [AtomicU64],
    lane: Beginning,
) -> u64 {
    let base = region.as_ptr().cast_mut().cast();
    let page = page.as_ptr().cast();
    // SAFETY:
    // - the memory, the clock and the page are there for ever, and only atomic accesses are made to them;
    // - the page has a line for the region's one lane; `lane` is read before the function returns.
    unsafe { victim_begin(base, size_of_val(region), clock.as_ptr(), page, &raw const lane) }
}

/// Lets the writer in C do an act.
pub(super) fn act_in_c(verb: u32, kind: u32, stamp: u64) -> u64 {
    // SAFETY: `begin_in_c` came before, and the process has one thread; kinds are those of `Kind`.
    unsafe { victim_act(verb, kind, stamp) }
}

/// Lets the writer in C emit from a signal handler.
pub(super) fn interrupt_in_c(stamp: u64) -> u64 {
    // SAFETY: the lane was opened before; an attempt inside another one is what the writer provides for.
    unsafe { victim_interrupt(stamp) }
}

/// Returns the account of the writer in C.
pub(super) fn account_in_c() -> [u64; ACCOUNT_WORDS] {
    let mut words = [0; ACCOUNT_WORDS];
    // SAFETY: it fills as many words as there are: two, and one for each cause of a drop.
    unsafe { victim_account(words.as_mut_ptr()) };
    words
}
