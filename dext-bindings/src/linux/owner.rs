//! Threads as owners of lanes.
//!
//! Spec: `spec/region.md`, REG-52.

use std::{fs, io};

/// A thread of this process, as a number that no later thread has: its id, and when it was started.
///
/// What a [`LanePool`](abi_runtime::pool::LanePool) takes for an owner.
///
/// # Errors
///
/// `/proc` is not mounted.
pub fn current_thread() -> io::Result<u64> {
    let id = rustix::thread::gettid().as_raw_nonzero().get().unsigned_abs();
    match started(id)? {
        Some(started) => Ok(number(id, started)),
        None => Err(io::ErrorKind::NotFound.into()),
    }
}

/// Returns whether the thread that [`current_thread`] gave this number has ended: what
/// [`reclaim`](abi_runtime::pool::LanePool::reclaim) asks. A thread of which nothing can be learned is not
/// gone.
pub fn thread_is_gone(owner: u64) -> bool {
    let id = (owner >> 32) as u32;
    match started(id) {
        Ok(Some(started)) => number(id, started) != owner,
        Ok(None) => true,
        Err(_) => false,
    }
}

/// Thread ids are below 2^22. What is kept of the start, in hundredths of a second, comes round after more
/// than a year.
const fn number(id: u32, started: u64) -> u64 {
    (id as u64) << 32 | started & u32::MAX as u64
}

/// Returns when a thread of this process was started, in ticks since the machine was; `None` if there is no
/// such thread, or only its remains.
fn started(id: u32) -> io::Result<Option<u64>> {
    let line = match fs::read_to_string(format!("/proc/self/task/{id}/stat")) {
        Ok(line) => line,
        // The thread may end while its line is read.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.raw_os_error() == Some(rustix::io::Errno::SRCH.raw_os_error()) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    // The second field is a name in parentheses, in which anything may stand; the third is the state.
    let fields: Vec<&str> = line.rsplit(')').next().unwrap_or_default().split_ascii_whitespace().collect();
    match (fields.first(), fields.get(19).and_then(|field| field.parse().ok())) {
        (Some(&("Z" | "X")), _) => Ok(None),
        (Some(_), Some(started)) => Ok(Some(started)),
        _ => Err(io::ErrorKind::InvalidData.into()),
    }
}
