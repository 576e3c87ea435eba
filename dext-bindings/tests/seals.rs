//! What a reader can do with a region: read it, and nothing else (ATT-1 to ATT-4, REG-1).

#![cfg(target_os = "linux")]

mod peer;

use std::os::fd::{AsFd, AsRawFd};

use dext_bindings::linux::{Access, Server};
use peer::{NOBODY, Stage, await_cue, ffi, part, raw_file, require_root, say};
use rustix::fs::{FallocateFlags, Mode, OFlags, fallocate, fchmod, ftruncate, open};
use rustix::io::{Errno, pwrite};
use rustix::mm::ProtFlags;

/// Plays a reader that tries everything forbidden, and says how each attempt ended.
#[test]
fn peer() {
    let Some((_, socket)) = part() else { return };
    let file = raw_file(&socket);
    let bytes = usize::try_from(rustix::fs::fstat(&file).unwrap().st_size).unwrap();
    let size = bytes as u64;
    let told = |what: &str, outcome: Result<(), Errno>| match outcome {
        Ok(()) => say(format!("{what}: allowed")),
        Err(Errno::PERM) => say(format!("{what}: PERM")),
        Err(Errno::ACCESS) => say(format!("{what}: ACCESS")),
        Err(error) => say(format!("{what}: {error}")),
    };
    told("map to read", ffi::try_map(file.as_fd(), bytes, ProtFlags::READ));
    told("map to write", ffi::try_map(file.as_fd(), bytes, ProtFlags::READ | ProtFlags::WRITE));
    told("mprotect to write", ffi::try_make_writable(file.as_fd(), bytes));
    told("write", pwrite(&file, b"lie", 0).map(drop));
    let punch = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    told("punch a hole", fallocate(&file, punch, 0, 4096));
    told("shrink", ftruncate(&file, size - 4096));
    told("grow", ftruncate(&file, size + 4096));
    told("unseal", rustix::fs::fcntl_add_seals(&file, rustix::fs::SealFlags::WRITE));
    let again = format!("/proc/self/fd/{}", file.as_raw_fd());
    told("open again to write", open(&again, OFlags::RDWR, Mode::empty()).map(drop));
    told("chmod", fchmod(&file, Mode::RWXU));
    say("done");
    await_cue();
}

fn try_everything(user: Option<u32>) -> Vec<String> {
    let stage = Stage::new();
    let mut memory = peer::region_memory();
    let file = memory.share().unwrap();
    let region = peer::format(memory.memory_mut(), 1);
    let before: Vec<u64> = words(&region);
    let server = Server::bind(&stage.socket(), Access::anyone(), file).unwrap();
    let server = server.in_thread().unwrap();
    let mut player = stage.start("try everything", user);
    let mut said = Vec::new();
    while let Some(line) = player.hear() {
        if line == "done" {
            break;
        }
        said.push(line);
    }
    assert_eq!(words(&region), before, "the region is as it was");
    // The driver itself still writes.
    region.set_state(abi_runtime::layout::RegionState::Closed);
    assert_ne!(words(&region), before);
    server.stop().unwrap();
    said
}

fn words(region: &abi_runtime::region::Region<'_>) -> Vec<u64> {
    let view = abi_runtime::attach::RegionView::attach(region.memory()).unwrap();
    let mut catalogs = vec![0; 1 << 16];
    let len = view.copy_catalogs(&mut catalogs);
    let state = view.state().map_or_else(|raw| raw, |state| state as u64);
    std::iter::once(state).chain(catalogs[..len].iter().map(|&byte| byte.into())).collect()
}

#[test]
fn another_user_can_read_and_nothing_else() {
    require_root();
    let refused = [
        "map to read: allowed",
        "map to write: PERM",
        "mprotect to write: ACCESS",
        "write: PERM",
        "punch a hole: PERM",
        "shrink: PERM",
        "grow: PERM",
        "unseal: PERM",
        "open again to write: ACCESS",
        "chmod: PERM",
    ];
    assert_eq!(try_everything(Some(NOBODY)), refused);
}

#[test]
fn even_the_drivers_own_user_cannot_write() {
    let said = try_everything(None);
    for attempt in [
        "map to write: PERM",
        "mprotect to write: ACCESS",
        "write: PERM",
        "punch a hole: PERM",
        "shrink: PERM",
        "grow: PERM",
        "unseal: PERM",
    ] {
        assert!(said.iter().any(|line| line == attempt), "{attempt} not among {said:?}");
    }
}

#[test]
fn a_child_of_the_driver_does_not_have_the_region() {
    let memory = peer::region_memory();
    // Other tests of this process map regions too: this one is known by its inode.
    let inode = rustix::fs::fstat(memory.share().unwrap()).unwrap().st_ino.to_string();
    // `MADV_DONTFORK` is a flag of the mapping that the kernel shows: `dc`, do not copy.
    let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
    let mut flags = maps.lines().skip_while(|line| !line.split_whitespace().any(|word| word == inode));
    let flags = flags.find(|line| line.starts_with("VmFlags:")).expect("the region is mapped");
    assert!(flags.split_whitespace().any(|flag| flag == "dc"), "{flags}");
    drop(memory);
}

#[test]
fn more_memory_than_there_is_is_refused_with_both_numbers() {
    let refused = dext_bindings::linux::RegionMemory::create(1 << 50).unwrap_err().to_string();
    assert!(
        refused.starts_with("the region needs 1125899906842624 bytes and this machine has "),
        "{refused}"
    );
}
