//! What only a test does with memory: mappings that must be refused, and a driver that lies.

use std::ffi::c_void;
use std::os::fd::BorrowedFd;
use std::ptr;

use rustix::io::Errno;
use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap, mprotect, munmap};

/// Tries to map `bytes` bytes with `protection`; returns the kernel's refusal, or unmaps.
pub fn try_map(file: BorrowedFd<'_>, bytes: usize, protection: ProtFlags) -> Result<(), Errno> {
    let base = map(file, bytes, protection)?;
    unmap(base, bytes);
    Ok(())
}

/// Maps to read, and tries to make the mapping writable afterwards.
pub fn try_make_writable(file: BorrowedFd<'_>, bytes: usize) -> Result<(), Errno> {
    let base = map(file, bytes, ProtFlags::READ).expect("reading is allowed");
    // SAFETY: the range is the mapping made above, and nothing refers to its contents.
    let changed = unsafe { mprotect(base, bytes, MprotectFlags::READ | MprotectFlags::WRITE) };
    unmap(base, bytes);
    changed
}

fn map(file: BorrowedFd<'_>, bytes: usize, protection: ProtFlags) -> Result<*mut c_void, Errno> {
    // SAFETY: a null address lets the kernel choose, so no mapping of ours is replaced.
    unsafe { mmap(ptr::null_mut(), bytes, protection, MapFlags::SHARED, file, 0) }
}

fn unmap(base: *mut c_void, bytes: usize) {
    // SAFETY: the range is a mapping made by `map`, and nothing refers to its contents.
    unsafe { munmap(base, bytes) }.expect("unmapping what was mapped");
}

/// Stores `bytes` at `offset` of this process's writable mapping of `name`, behind the back of its region.
pub fn overwrite_mapping(name: &str, offset: u64, bytes: &[u8]) {
    use std::io::{Seek, SeekFrom, Write};
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let is_ours = |line: &&str| line.contains(name) && line.contains("rw-s");
    let line = maps.lines().find(is_ours).expect("the region is mapped to be written");
    let start = u64::from_str_radix(line.split('-').next().unwrap(), 16).unwrap();
    // The kernel writes to our own memory for us: no pointer of ours is involved.
    let mut memory = std::fs::OpenOptions::new().write(true).open("/proc/self/mem").unwrap();
    memory.seek(SeekFrom::Start(start + offset)).unwrap();
    memory.write_all(bytes).unwrap();
}

unsafe extern "C" {
    safe fn fork() -> i32;
    safe fn _exit(status: i32) -> !;
}

/// Forks. The child calls `act` and ends, without running anything that this process would run at its end.
/// Returns the child's process id.
pub fn fork_and(act: impl FnOnce()) -> u32 {
    match fork() {
        0 => {
            act();
            _exit(0)
        }
        child => {
            // What the child has of it, this process has too.
            std::mem::forget(act);
            u32::try_from(child).expect("the kernel can fork")
        }
    }
}

/// Leaves a child behind that has everything open that this process has, and does nothing.
pub fn leave_a_child() -> u32 {
    fork_and(|| {
        loop {
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    })
}
