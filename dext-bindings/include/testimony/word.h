/* SPDX-License-Identifier: MIT OR Apache-2.0 */

/* The words of a region: the only code that touches shared memory.
 *
 * Spec: spec/region.md, REG-2. Every access is one aligned 64-bit word, atomic and relaxed; what
 * must be ordered is ordered by a fence or by a release store, and says with whom it pairs. The
 * writer's own state uses the same words, so that a signal handler that interrupts an attempt can
 * neither see half a word nor be hidden from the compiler.
 *
 * Freestanding: <stdint.h>, <stddef.h> and the builtins of gcc and clang.
 */

#ifndef TESTIMONY_WORD_H
#define TESTIMONY_WORD_H

#include <stddef.h>
#include <stdint.h>

#include "region_abi.h"

#if !defined(__GNUC__)
#  error "testimony needs the __atomic builtins of gcc or clang: use one of these compilers"
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#  error "a region is little-endian (REG-5): this target is not"
#endif
#if __GCC_ATOMIC_LLONG_LOCK_FREE != 2
#  error "this target has no 64-bit atomic access without a lock (REG-2): choose a newer processor"
#endif

/* On the path of every attempt: a call would cost more than the attempt. */
#define TSM_HOT static inline __attribute__((always_inline, unused))
/* Off that path, and kept off it: its registers must not be saved by every attempt. */
#define TSM_COLD static __attribute__((noinline, cold, unused))
/* Of no matter to speed. */
#define TSM_API static inline __attribute__((unused))

#define TSM_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define TSM_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Before a loop over the words of a record: asks gcc to unroll it, which clang does by itself. */
#if defined(__clang__)
#  define TSM_UNROLL
#else
#  define TSM_UNROLL _Pragma("GCC unroll 16")
#endif

/* One word. Aligned to its size also where the ABI of C would be content with 4 bytes (i686),
 * because only then is one access one access.
 */
typedef uint64_t tsm_word __attribute__((aligned(8)));

/* Bytes of one word. */
#define TSM_WORD_SIZE ((size_t)8)

TSM_STATIC_ASSERT(sizeof(tsm_word) == 8, "REG-2: a word is 64 bits");

/* Returns a word, relaxed. */
TSM_HOT uint64_t tsm_load(const tsm_word *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* Stores a word, relaxed. */
TSM_HOT void tsm_store(tsm_word *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELAXED);
}

/* Stores a word behind everything that this thread has stored before. Each caller says which load
 * of the reader it pairs with.
 */
TSM_HOT void tsm_store_release(tsm_word *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

/* Keeps the stores behind it behind those before it. Each caller says what it pairs with. */
TSM_HOT void tsm_fence_release(void)
{
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

/* Keeps the compiler from moving accesses across it; costs nothing. What is on one side of it has
 * happened, or has not, for a signal handler on this thread.
 */
TSM_HOT void tsm_fence_signal(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

/* Returns the word that lies at `bytes`, which need not be aligned. Private memory only. */
TSM_HOT uint64_t tsm_word_at(const void *bytes)
{
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* Stores `words` words from private memory, relaxed, in ascending order. `from` need not be
 * aligned, and may be NULL if `words` is 0.
 */
TSM_HOT void tsm_copy_in(tsm_word *to, const void *from, size_t words)
{
    const unsigned char *bytes = (const unsigned char *)from;
    TSM_UNROLL
    for (size_t at = 0; at < words; ++at) {
        tsm_store(&to[at], tsm_word_at(&bytes[at * TSM_WORD_SIZE]));
    }
}

#endif
