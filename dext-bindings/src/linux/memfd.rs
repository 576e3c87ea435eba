//! What has to hold of memory that another process hands out, before it is mapped.
//!
//! Spec: `spec/attach.md`, ATT-1, ATT-8 and ATT-10.

use std::os::fd::AsFd;

use rustix::fs::{SealFlags, fcntl_get_seals, fstat};
use rustix::io::Errno;

use super::attachment::io_error;
use super::error::{AttachError, MissingSeals};

/// Bytes of a block in `st_blocks`.
const BLOCK: u64 = 512;

/// Checks that `file` has `seals` and is filled out, and returns its size in bytes.
///
/// Neither changes afterwards: the seals forbid another size, and holes.
pub(super) fn check(file: impl AsFd, seals: SealFlags) -> Result<u64, AttachError> {
    let has = match fcntl_get_seals(&file) {
        Ok(has) => has,
        Err(Errno::INVAL) => return Err(AttachError::NotSealable),
        Err(error) => return Err(io_error("ask for the seals of what the driver handed out")(error)),
    };
    let missing = seals.difference(has);
    if !missing.is_empty() {
        return Err(AttachError::Unsealed(MissingSeals(missing)));
    }
    let stat = fstat(&file).map_err(io_error("ask for the size of what the driver handed out"))?;
    let size = u64::try_from(stat.st_size).unwrap_or(0);
    let filled = u64::try_from(stat.st_blocks).unwrap_or(0).saturating_mul(BLOCK);
    if filled < size { Err(AttachError::Sparse { size, filled }) } else { Ok(size) }
}

/// As [`check`], and the size has to be the one that was said. Returns it as a length.
pub(super) fn check_size(file: impl AsFd, seals: SealFlags, said: u64) -> Result<usize, AttachError> {
    let has = check(file, seals)?;
    match usize::try_from(said) {
        Ok(len) if said == has && len != 0 => Ok(len),
        _ => Err(AttachError::Size { said, has }),
    }
}
