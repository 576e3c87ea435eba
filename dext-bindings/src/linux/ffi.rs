//! What the kernel says of the process at the other end of a socket.
//!
//! `rustix` 1.1 has no `SO_PEERPIDFD`, and its `SO_PEERCRED` has a process id that is not 0: of a process in a
//! PID namespace that this one cannot see, the kernel says 0.

use std::ffi::{c_int, c_void};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::io::Errno;

/// Numbers of `asm/socket.h`: `SOL_SOCKET`, `SO_PEERCRED` and `SO_PEERPIDFD`.
const SOCKET: c_int = if cfg!(any(
    target_arch = "mips",
    target_arch = "mips64",
    target_arch = "sparc",
    target_arch = "sparc64"
)) {
    0xffff
} else {
    1
};
const PEERCRED: c_int = if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    18
} else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
    0x40
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    21
} else {
    17
};
const PEERPIDFD: c_int = if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) { 0x56 } else { 77 };

unsafe extern "C" {
    fn getsockopt(socket: c_int, level: c_int, name: c_int, value: *mut c_void, len: *mut u32) -> c_int;
}

/// Who connected, or who listened, at the other end of a socket: `struct ucred`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Credentials {
    /// The process; 0 if this process cannot see it.
    pub(super) process: u32,
    pub(super) user: u32,
    pub(super) group: u32,
}

/// Returns the credentials of the other end of `socket`, as they were when it connected or listened.
pub(super) fn peer_credentials(socket: BorrowedFd<'_>) -> Result<Credentials, Errno> {
    let [process, user, group] = option(socket, PEERCRED)?;
    Ok(Credentials { process, user, group })
}

/// Returns a pidfd of the process that connected, or that listened, at the other end of `socket`.
///
/// # Errors
///
/// `NOPROTOOPT`: the kernel is older than 6.5. `SRCH`, and `INVAL` of older kernels: the process has ended,
/// and nobody waits for it any more.
pub(super) fn peer_pidfd(socket: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    let [pidfd] = option(socket, PEERPIDFD)?;
    let pidfd = c_int::try_from(pidfd).map_err(|_| Errno::BADF)?;
    // SAFETY: the kernel made this descriptor for this call, and nobody else knows of it.
    Ok(unsafe { OwnedFd::from_raw_fd(pidfd) })
}

/// Gets an option of a socket that consists of `N` words.
fn option<const N: usize>(socket: BorrowedFd<'_>, name: c_int) -> Result<[u32; N], Errno> {
    let mut words = [u32::MAX; N];
    let expected = u32::try_from(size_of_val(&words)).map_err(|_| Errno::INVAL)?;
    let mut len = expected;
    // SAFETY:
    // - `socket` is open during the call;
    // - `words` is `len` bytes long, any bytes are valid for it, and nothing else refers to it;
    // - the kernel stores at most `len` bytes there, and to `len` how many it stored.
    let done =
        unsafe { getsockopt(socket.as_raw_fd(), SOCKET, name, words.as_mut_ptr().cast(), &raw mut len) };
    match done {
        0 if len == expected => Ok(words),
        0 => Err(Errno::INVAL),
        _ => Err(Errno::from_io_error(&std::io::Error::last_os_error()).unwrap_or(Errno::IO)),
    }
}
