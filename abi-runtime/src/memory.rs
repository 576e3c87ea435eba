//! The words of a mapping: the only place that touches shared memory.
//!
//! Four functions do it: load, store, copy in, copy out. All of them move aligned 64-bit words
//! with atomic accesses, because the other side may store to the same words at any time; no
//! reference to anything but a single atomic word is ever formed, and none outlives its access.
//! A [`Memory`] checks its bounds when it is made, and every access against them.
//!
//! Spec: `spec/region.md`, REG-2.

use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::sync::{AtomicU64, Ordering};

/// Whether this target defines relaxed loads of whole words from memory that is mapped read-only: the targets
/// of 8 bytes in the table of `std::sync::atomic`, "Atomic accesses to read-only memory". Elsewhere such a load
/// may be made of an instruction that stores. What maps a region read-only asserts this (REG-56).
pub const LOADS_READ_ONLY_WORDS: bool = cfg!(any(
    target_arch = "aarch64",
    target_arch = "loongarch64",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "powerpc64",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "sparc64",
    target_arch = "x86_64",
));

/// Bytes of one word.
pub(crate) const WORD: usize = 8;
/// Words that are copied out in one turn of a loop.
const UNROLLED: usize = 8;

/// Words that somebody else may be storing to: what a reader may do with a region.
///
/// A copy is another view of the same words.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'m> {
    base: NonNull<AtomicU64>,
    words: usize,
    lifetime: PhantomData<&'m AtomicU64>,
}

// SAFETY:
// - every access to the words is atomic, so views on several threads do not race;
// - `'m` bounds the lifetime of the words on whichever thread the view is.
unsafe impl Send for Memory<'_> {}
// SAFETY: as for `Send`; a `&Memory` allows nothing that a copy of it does not.
unsafe impl Sync for Memory<'_> {}

impl<'m> Memory<'m> {
    /// Views `words` words at `base`.
    ///
    /// # Safety
    ///
    /// - `base` is aligned to 8 bytes and valid for reads of `words * 8` bytes during `'m`.
    /// - If the bytes are mapped read-only, [`LOADS_READ_ONLY_WORDS`] is true.
    /// - During `'m`, everybody who stores to these bytes, in this process or another, does so
    ///   by aligned 64-bit atomic stores.
    #[cfg(not(loom))]
    pub const unsafe fn from_raw(base: NonNull<u64>, words: usize) -> Self {
        Self { base: base.cast(), words, lifetime: PhantomData }
    }

    /// Views words of this process, for a region that is not shared or not yet.
    pub const fn from_words(words: &'m [AtomicU64]) -> Self {
        // A slice is never null, so the cast only drops the length, which is kept beside it.
        let base = NonNull::new(words.as_ptr().cast_mut());
        match base {
            Some(base) => Self { base, words: words.len(), lifetime: PhantomData },
            None => Self { base: NonNull::dangling(), words: 0, lifetime: PhantomData },
        }
    }

    /// Returns the number of bytes viewed.
    pub const fn len(&self) -> u64 {
        (self.words * WORD) as u64
    }

    /// Returns the address of the first word: for a writer in another language, which keeps what
    /// [`MemoryMut::from_raw`] asks of whoever stores.
    pub const fn as_ptr(&self) -> NonNull<u64> {
        self.base.cast()
    }

    /// Returns whether nothing is viewed.
    pub const fn is_empty(&self) -> bool {
        self.words == 0
    }

    /// Returns the `len` bytes at `offset` as a view of their own, or `None` if they are not all
    /// here or do not begin and end at a multiple of 8.
    pub(crate) fn window(&self, offset: u64, len: u64) -> Option<Self> {
        let end = offset.checked_add(len)?;
        if !offset.is_multiple_of(WORD as u64) || !len.is_multiple_of(WORD as u64) || end > self.len() {
            return None;
        }
        let first = usize::try_from(offset).ok()? / WORD;
        let words = usize::try_from(len).ok()? / WORD;
        // SAFETY: `first <= self.words` by the check above, so the result stays within the words
        // that this view is valid for, or one past them.
        let base = unsafe { self.base.add(first) };
        Some(Self { base, words, lifetime: PhantomData })
    }

    /// Loads one word, relaxed.
    #[inline]
    pub(crate) fn load(&self, at: usize) -> u64 {
        self.word(at).load(Ordering::Relaxed)
    }

    /// Copies words out, relaxed, in ascending order, beginning with word `at`.
    #[inline]
    pub(crate) fn copy_out(&self, at: usize, into: &mut [u64]) {
        let part = self.part(at, into.len());
        let copy = |offset: usize, slot: &mut u64| {
            // SAFETY: `part` has as many words as `into`, and `offset` is an index of `into`.
            *slot = unsafe { part.word_unchecked(offset) }.load(Ordering::Relaxed);
        };
        // Compilers neither widen nor unroll atomic accesses: eight at a time is measurably faster.
        let whole = into.len() / UNROLLED * UNROLLED;
        let (eights, rest) = into.split_at_mut(whole);
        for (at, eight) in eights.chunks_exact_mut(UNROLLED).enumerate() {
            for (offset, slot) in eight.iter_mut().enumerate() {
                copy(at * UNROLLED + offset, slot);
            }
        }
        for (offset, slot) in rest.iter_mut().enumerate() {
            copy(whole + offset, slot);
        }
    }

    /// Returns `words` words from word `at` on: one check, after which those within are known to
    /// hold.
    #[inline(always)]
    fn part(&self, at: usize, words: usize) -> Self {
        // One comparison where it is known that the sum does not wrap, as on the writer's path.
        let end = at.wrapping_add(words);
        assert!(at <= end && end <= self.words, "access out of bounds");
        // SAFETY: `at <= end <= self.words` by the assertion, so the result stays within the words
        // that this view is valid for, or one past them.
        let base = unsafe { self.base.add(at) };
        Self { base, words, lifetime: PhantomData }
    }

    #[inline(always)]
    fn word(&self, at: usize) -> &AtomicU64 {
        assert!(at < self.words, "access out of bounds");
        // SAFETY: the assertion.
        unsafe { self.word_unchecked(at) }
    }

    /// Returns word `at`.
    ///
    /// # Safety
    ///
    /// `at` is less than the number of words viewed.
    #[inline(always)]
    unsafe fn word_unchecked(&self, at: usize) -> &AtomicU64 {
        // SAFETY: `at < self.words`, so the word lies within the bytes that `from_raw`'s caller
        // vouched for.
        let word = unsafe { self.base.add(at) };
        // SAFETY:
        // - aligned and live: by the contract of `from_raw`, or borrowed for `'m`;
        // - no data race: by the same contract all stores to the word are atomic and of its size;
        // - read-only memory: only relaxed loads are made through a `Memory`, and those are defined there by
        //   the contract of `from_raw`; stores are made by `MemoryMut` only.
        unsafe { word.as_ref() }
    }
}

/// Words that only we store to: what a driver may do with its region.
#[derive(Debug)]
pub struct MemoryMut<'m>(Memory<'m>);

impl<'m> MemoryMut<'m> {
    /// Views `words` words at `base` for loads and stores.
    ///
    /// # Safety
    ///
    /// - As for [`Memory::from_raw`], and the bytes are valid for writes too.
    ///
    /// That nobody else stores to these bytes is what the protocol asks of a driver (REG-1); without it records
    /// are corrupt, and no memory is endangered.
    #[cfg(not(loom))]
    pub const unsafe fn from_raw(base: NonNull<u64>, words: usize) -> Self {
        // SAFETY: the caller's contract contains that of `Memory::from_raw`.
        Self(unsafe { Memory::from_raw(base, words) })
    }

    /// Views words of this process.
    pub const fn from_words(words: &'m [AtomicU64]) -> Self {
        Self(Memory::from_words(words))
    }

    /// Returns what a reader may do with the same words.
    pub const fn as_reader(&self) -> Memory<'m> {
        self.0
    }

    /// As [`Memory::window`]. The caller keeps windows that are stored to apart.
    pub(crate) fn window(&self, offset: u64, len: u64) -> Option<Self> {
        self.0.window(offset, len).map(Self)
    }

    /// Loads one word, relaxed.
    #[inline]
    pub(crate) fn load(&self, at: usize) -> u64 {
        self.0.load(at)
    }

    /// Stores one word with the given ordering.
    #[inline]
    pub(crate) fn store(&self, at: usize, value: u64, ordering: Ordering) {
        self.0.word(at).store(value, ordering);
    }

    /// Returns one word, for whoever stores to it often.
    pub(crate) fn word(&self, at: usize) -> WordMut<'m> {
        let word = NonNull::from(self.0.word(at));
        WordMut { word, lifetime: PhantomData }
    }

    /// Copies `words` words in, relaxed, in ascending order, beginning with word `at`.
    #[inline(always)]
    pub(crate) fn copy_in(&self, at: usize, words: usize, word: impl Fn(usize) -> u64) {
        let part = self.0.part(at, words);
        for offset in 0..words {
            part.word(offset).store(word(offset), Ordering::Relaxed);
        }
    }
}

/// One word of a [`MemoryMut`], which has been found to be there.
#[derive(Debug)]
pub(crate) struct WordMut<'m> {
    word: NonNull<AtomicU64>,
    lifetime: PhantomData<&'m AtomicU64>,
}

// SAFETY: as for `Memory`.
unsafe impl Send for WordMut<'_> {}
// SAFETY: as for `Memory`.
unsafe impl Sync for WordMut<'_> {}

impl WordMut<'_> {
    /// Stores the word with the given ordering.
    #[inline(always)]
    pub(crate) fn store(&self, value: u64, ordering: Ordering) {
        // SAFETY: a word of a `MemoryMut`, whose premises hold for its lifetime.
        unsafe { self.word.as_ref() }.store(value, ordering);
    }
}
