//! Giving up what a reader does not need.

use std::{fmt, fs, io};

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

/// Returns whether this process could become user and group `id`: root outside of a user namespace,
/// or inside one that knows the id.
#[must_use]
pub fn can_become(id: u32) -> bool {
    let knows = |map: &str| fs::read_to_string(map).is_ok_and(|map| maps(&map, id));
    // Kernels without user namespaces have none of these files, and root is root there.
    let refuses = fs::read_to_string("/proc/self/setgroups").is_ok_and(|word| word.trim() == "deny");
    let has_namespaces = fs::exists("/proc/self/uid_map").unwrap_or(false);
    let mapped = !has_namespaces || knows("/proc/self/uid_map") && knows("/proc/self/gid_map");
    geteuid().is_root() && mapped && !refuses
}

/// Returns whether a map of ids (`inside outside count`, one range a line) knows `id` inside.
fn maps(map: &str, id: u32) -> bool {
    map.lines().any(|line| {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (first, count) = (numbers.next(), numbers.nth(1));
        matches!((first, count), (Some(Ok(first)), Some(Ok(count)))
            if u64::from(id).checked_sub(first).is_some_and(|at| at < count))
    })
}

/// Returns the user whom the kernel takes this process for.
#[must_use]
pub fn uid() -> u32 {
    geteuid().as_raw()
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, maps};

    #[test]
    fn a_map_knows_the_ids_of_its_ranges() {
        assert!(maps("         0          0 4294967295\n", NOBODY));
        assert!(!maps("0 1000 1\n", NOBODY));
        assert!(maps("0 1000 1\n65534 100 1\n", NOBODY));
        assert!(!maps("0 1000 65534\n", NOBODY));
        assert!(maps("0 1000 65535\n", NOBODY));
        assert!(!maps("", NOBODY) && !maps("0 x y\n", NOBODY));
    }
}
