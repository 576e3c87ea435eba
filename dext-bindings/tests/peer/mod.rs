//! Processes for the tests: a driver, a reader, or somebody who tries what is forbidden.
//!
//! A test starts its own binary again with a part to play; `play` at the beginning of the test
//! named `peer` plays it. The binary is copied to where every user may run it.

#![allow(dead_code, unreachable_pub, reason = "every test uses a part of this")]

pub mod ffi;
pub mod hostile;

use std::io::{BufRead, BufReader, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

use abi_runtime::geometry::Shape;
use abi_runtime::layout::ClockKind;
use abi_runtime::memory::MemoryMut;
use abi_runtime::prelude::*;
use abi_runtime::region::{ClockInfo, Region, RegionConfig, region_size};
use dext_bindings::linux::{RegionMemory, random_id};
use dext_bindings::message::Hello;
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendFlags, SocketAddrUnix,
    SocketFlags, SocketType,
};

/// The user that owns nothing.
pub const NOBODY: u32 = 65_534;

/// What the drivers of these tests tell: the number of the attempt, twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, TraceRecord, IntoBytes, Immutable)]
#[repr(C)]
#[trace(id = 0x0100)]
pub struct Step {
    /// Number of the attempt.
    pub attempt: u64,
    /// The same number with every bit the other way.
    pub complement: u64,
}

abi_runtime::catalog! {
    /// What the drivers of these tests tell.
    pub static STEPS = "steps" { records: [Step] }
}

impl Step {
    /// Makes the record of attempt `attempt`.
    pub fn new(attempt: u64) -> Self {
        Self { attempt, complement: !attempt }
    }
}

pub const SHAPE: Shape = Shape { lanes: 2, block_size: 4096, blocks_per_lane: 4 };

/// Makes memory for a region of `SHAPE`.
pub fn region_memory() -> RegionMemory {
    RegionMemory::create(region_size(SHAPE, &STEPS).unwrap()).unwrap()
}

/// What a region with a new random name is made with.
pub fn config(generation: u64) -> RegionConfig<'static> {
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    RegionConfig { shape: SHAPE, region_id: random_id().unwrap(), generation, clock, catalog: &STEPS }
}

/// Formats a region with a new random name.
pub fn format(memory: MemoryMut<'_>, generation: u64) -> Region<'_> {
    Region::format(memory, &config(generation)).unwrap()
}

/// A folder that every user may enter, and a socket's path in it.
pub struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("driver.sock")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts this test binary again to play `part` at this stage's socket, as `user` if given.
    pub fn start(&self, part: &str, user: Option<u32>) -> Player {
        let binary = self.folder.path().join("player");
        if !binary.exists() {
            std::fs::copy(std::env::current_exe().unwrap(), &binary).unwrap();
        }
        let mut command = Command::new(binary);
        command.args(["--exact", "peer", "--nocapture", "--test-threads=1"]);
        command.env("TESTIMONY_PART", part).env("TESTIMONY_SOCKET", self.socket());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).current_dir("/");
        if let Some(user) = user {
            command.uid(user).gid(user);
        }
        let mut child = spawn(&mut command);
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Player { child, input, output }
    }
}

/// Starts a command. Another test's child may, for a moment, still hold the binary open as it was
/// copied; the kernel then calls it busy, and it is tried again.
fn spawn(command: &mut Command) -> Child {
    for _ in 0..1000 {
        match command.spawn() {
            Err(error) if error.kind() == std::io::ErrorKind::ExecutableFileBusy => std::thread::yield_now(),
            started => return started.unwrap(),
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the player's binary stays busy");
}

/// A process that plays a part.
pub struct Player {
    pub child: Child,
    input: ChildStdin,
    output: BufReader<std::process::ChildStdout>,
}

impl Player {
    /// Returns the next thing that the player says, or `None` when it has left.
    pub fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            // The test harness speaks on the same channel.
            if let Some((_, said)) = line.split_once("says: ") {
                return Some(said.trim_end().to_owned());
            }
        }
    }

    /// Waits until the player says `expected`.
    pub fn expect(&mut self, expected: &str) {
        assert_eq!(self.hear().as_deref(), Some(expected));
    }

    /// Tells the player to go on.
    pub fn cue(&mut self) {
        self.input.write_all(b"go\n").unwrap();
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the player itself uses.
pub fn say(what: impl std::fmt::Display) {
    println!("says: {what}");
    std::io::stdout().flush().unwrap();
}

/// Waits for the test's cue.
pub fn await_cue() {
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line).unwrap() == 0 {
        std::process::exit(0);
    }
}

/// Returns the part that this process is to play, if it is a player, and the socket's path.
pub fn part() -> Option<(String, PathBuf)> {
    Some((std::env::var("TESTIMONY_PART").ok()?, std::env::var_os("TESTIMONY_SOCKET")?.into()))
}

/// Whether other users can be played. Without, a test says what was not checked, and fails.
pub fn require_root() {
    assert!(
        rustix::process::geteuid().is_root(),
        "NOT CHECKED: another user's rights can be tried only as root; run the tests as root"
    );
}

/// Says hello by hand and returns the descriptor that the driver hands out.
pub fn raw_file(path: &Path) -> OwnedFd {
    let socket =
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .unwrap();
    rustix::net::connect(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    rustix::net::send(&socket, Hello::new().as_bytes(), SendFlags::NOSIGNAL).unwrap();
    let mut packet = [0; 256];
    let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut buffers = [rustix::io::IoSliceMut::new(&mut packet)];
    rustix::net::recvmsg(socket.as_fd(), &mut buffers, &mut ancillary, RecvFlags::CMSG_CLOEXEC).unwrap();
    let file = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut files) => files.next(),
        _ => None,
    });
    file.expect("the driver hands a descriptor out")
}
