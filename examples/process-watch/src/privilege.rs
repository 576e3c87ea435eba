//! Giving up what a reader does not need.

use std::{fmt, io};

use rustix::process::{Gid, Uid, getegid, geteuid};
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};

/// User and group of nobody, on every Linux distribution.
pub const NOBODY: u32 = 65534;

/// The privileges could not be given up, and so nothing was read.
#[derive(Debug)]
pub struct PrivilegeError {
    step: &'static str,
    source: io::Error,
}

impl fmt::Display for PrivilegeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, source } = self;
        write!(
            f,
            "cannot {step}: {source}; only root can become another user: leave `--user` away to read as yourself"
        )
    }
}

impl std::error::Error for PrivilegeError {}

/// Becomes user and group `id` for good, without supplementary groups.
///
/// It concerns the calling thread only, so it is called before there is any other.
///
/// # Errors
///
/// The kernel refused a step, or privileges are left. The process must not go on.
pub fn become_user(id: u32) -> Result<(), PrivilegeError> {
    let failed = |step| move |errno: rustix::io::Errno| PrivilegeError { step, source: errno.into() };
    let (user, group) = (Uid::from_raw(id), Gid::from_raw(id));
    set_thread_groups(&[]).map_err(failed("leave the supplementary groups"))?;
    set_thread_res_gid(group, group, group).map_err(failed("become another group"))?;
    set_thread_res_uid(user, user, user).map_err(failed("become another user"))?;
    let root = Uid::ROOT;
    let can_return = !user.is_root() && set_thread_res_uid(root, root, root).is_ok();
    if can_return || geteuid() != user || getegid() != group {
        let source = io::Error::other("the way back is still open");
        return Err(PrivilegeError { step: "give up privileges for good", source });
    }
    Ok(())
}

/// Returns the user whom the kernel takes this process for.
#[must_use]
pub fn uid() -> u32 {
    geteuid().as_raw()
}
