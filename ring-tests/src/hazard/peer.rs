//! Processes that play a part in a hazard, and the memory that they share with whoever started them.

use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};

use super::ffi::SharedWords;

const PART: &str = "TESTIMONY_HAZARD_PART";
const REGION: &str = "TESTIMONY_HAZARD_REGION";
const BOARD: &str = "TESTIMONY_HAZARD_BOARD";
const SEED: &str = "TESTIMONY_HAZARD_SEED";

/// What a process says to the one that started it, in words that outlive it.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// Attempts that a writer began, or records that a reader took.
    Begun,
    /// Attempts that came back.
    Done,
    /// A reader's books at its end: attempts before its first,
    Before,
    /// records,
    Delivered,
    /// attempts that it misses,
    Missing,
    /// and 1 once it has said all this.
    Finished,
}

/// Words for every [`Line`].
const LINES: usize = 6;

/// Shared memory that other processes open by a path.
#[derive(Debug)]
pub struct Shared {
    file: File,
    words: SharedWords,
}

impl Shared {
    /// Makes so many words of zeros.
    ///
    /// # Panics
    ///
    /// If the kernel has none.
    pub fn new(words: usize) -> Self {
        let file = memfd_create("hazard", MemfdFlags::CLOEXEC).expect("shared memory");
        ftruncate(&file, words as u64 * 8).expect("shared memory of this size");
        let file = File::from(file);
        let words = SharedWords::map(&file, true).expect("a mapping");
        Self { file, words }
    }

    /// Makes a board.
    pub fn board() -> Self {
        Self::new(LINES)
    }

    /// Returns the words.
    pub fn words(&self) -> &[AtomicU64] {
        &self.words
    }

    /// Returns what stands on a line of a board.
    pub fn line(&self, line: Line) -> u64 {
        self.words[line as usize].load(SeqCst)
    }

    /// Sets every word to 0.
    pub fn clear(&self) {
        for word in self.words() {
            word.store(0, SeqCst);
        }
    }

    fn path(&self) -> PathBuf {
        format!("/proc/{}/fd/{}", std::process::id(), self.file.as_raw_fd()).into()
    }
}

/// A process that was started to play a part. It is killed when this is dropped.
#[derive(Debug)]
pub struct Peer(Child);

impl Peer {
    /// Starts `program` to play `part`.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start(program: &Path, part: &str, region: &Shared, board: &Shared, seed: u64) -> Self {
        let mut command = Command::new(program);
        command.env(PART, part).env(REGION, region.path()).env(BOARD, board.path());
        command.env(SEED, seed.to_string()).stdin(Stdio::null());
        Self(command.spawn().unwrap_or_else(|error| panic!("{}: {error}", program.display())))
    }

    /// Returns the process's number.
    ///
    /// # Panics
    ///
    /// Never: the kernel's numbers are small.
    pub fn id(&self) -> i32 {
        i32::try_from(self.0.id()).expect("a process's number")
    }

    /// Waits until `board` says at least `value` on `line`.
    ///
    /// # Panics
    ///
    /// If the process ends first.
    pub fn await_line(&mut self, board: &Shared, line: Line, value: u64) {
        while board.line(line) < value {
            if let Some(status) = self.0.try_wait().expect("the process is ours") {
                assert!(board.line(line) >= value, "the peer ended before it said so: {status}");
            }
            std::thread::yield_now();
        }
    }

    /// Kills the process and waits for its end.
    ///
    /// # Panics
    ///
    /// If it had ended before.
    pub fn kill(mut self) {
        self.0.kill().expect("the process is ours");
        let status = self.0.wait().expect("the process is ours");
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        assert_eq!(signal, Some(9), "the peer ended by itself: {status}");
    }

    /// Waits for the process to end by itself, as it should.
    ///
    /// # Panics
    ///
    /// If it fails.
    pub fn end(mut self) {
        let status = self.0.wait().expect("the process is ours");
        assert!(status.success(), "the peer failed: {status}");
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already, which is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a process was started with, to play its part.
#[derive(Debug)]
pub(super) struct Role {
    /// The part's name.
    pub(super) part: String,
    /// A number that makes one run different from the next.
    pub(super) seed: u64,
    region: PathBuf,
    board: SharedWords,
}

impl Role {
    /// Returns the part that this process was started to play, if it was. From then on it ends with whoever
    /// started it.
    ///
    /// # Panics
    ///
    /// If what it was started with is not there.
    pub(super) fn of_this_process() -> Option<Self> {
        let part = std::env::var(PART).ok()?;
        let path = |name| PathBuf::from(std::env::var_os(name).expect("a peer is told where its memory is"));
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
            .expect("a peer ends with its parent");
        let board = open(&path(BOARD), true);
        let seed = std::env::var(SEED).ok()?.parse().ok()?;
        Some(Self { part, seed, region: path(REGION), board })
    }

    /// Maps the region: writable for a writer, and for nobody else.
    pub(super) fn region(&self, writable: bool) -> SharedWords {
        open(&self.region, writable)
    }

    /// Says something on the board.
    pub(super) fn say(&self, line: Line, value: u64) {
        // Ordered with everything around it: what it says is read when this process is no more.
        self.board[line as usize].store(value, SeqCst);
    }
}

fn open(path: &Path, writable: bool) -> SharedWords {
    let file = OpenOptions::new().read(true).write(writable).open(path);
    let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    SharedWords::map(&file, writable).expect("a mapping")
}
