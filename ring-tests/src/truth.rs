//! Records that say which attempt of which lane they are, in every word.
//!
//! Whoever reads one can tell whether it is the record of its number (REG-33), and whether all of its
//! words were stored by one attempt (REG-31).

use abi_runtime::item::Record;
use abi_runtime::prelude::*;

/// A small record, as most are.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0101)]
pub struct Mark {
    /// The first is the attempt's number.
    pub words: [u64; 2],
}

/// A record of which four fill a block of 4096 bytes.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0102)]
pub struct Sheet {
    /// The first is the attempt's number.
    pub words: [u64; 122],
}

/// A record that is too big for blocks of 4096 bytes.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0103)]
pub struct Excess {
    /// The first is the attempt's number.
    pub words: [u64; 512],
}

/// A record that takes long to copy.
#[derive(TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0104)]
pub struct Slab {
    /// The first is the attempt's number.
    pub words: [u64; 4000],
}

abi_runtime::catalog! {
    /// What proofs record.
    pub static TRUTH = "truth" { records: [Mark, Sheet, Excess, Slab] }
}

/// Returns the words of the record that attempt `sequence` of the lane called `key` makes.
pub fn words<const N: usize>(key: u64, sequence: u64) -> [u64; N] {
    core::array::from_fn(|at| word(key, sequence, at))
}

/// Returns word `at` of that record: the number itself, then what follows from it.
fn word(key: u64, sequence: u64, at: usize) -> u64 {
    if at == 0 {
        return sequence;
    }
    let word = (sequence ^ key.rotate_left(32)).wrapping_add(at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word ^ word >> 29
}

/// Checks that `record` is, in every word, the one that its number says.
///
/// # Errors
///
/// The first word that another attempt has stored, or nobody.
pub fn check(key: u64, record: &Record<'_>) -> Result<(), String> {
    let (chunks, rest) = record.payload.as_chunks::<8>();
    if chunks.is_empty() || !rest.is_empty() {
        return Err(format!("record {} has {} bytes", record.sequence, record.payload.len()));
    }
    for (at, bytes) in chunks.iter().enumerate() {
        let (found, expected) = (u64::from_le_bytes(*bytes), word(key, record.sequence, at));
        if found != expected {
            return Err(format!("record {}: word {at} is {found:#x}, not {expected:#x}", record.sequence));
        }
    }
    Ok(())
}
