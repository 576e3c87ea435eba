//! A victim under the eyes of its parent: one instruction at a time, and copies of it.
//!
//! A copy is made by letting the victim fork where it stands: its registers are pointed at a `syscall`
//! instruction for one step, and then put back in both processes.

use std::cell::Cell;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};

use abi_runtime::region::region_size;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use zerocopy::IntoBytes;

use super::board::{BOARD_BYTES, BOARD_WORDS, PAGE_BYTES, SHAPE};
use super::case::Case;
use super::record::VICTIM;

/// Number of the system call `clone`.
const CLONE: u64 = 56;
/// The copy is our child, not the victim's, and we are told when it ends (`CLONE_PARENT`, `SIGCHLD`).
const CLONE_FLAGS: u64 = 0x8000 | 0x11;

/// Anything that goes wrong with the system, in words.
pub(super) type Fallible<T> = Result<T, String>;

/// A process that is killed when nobody looks at it any more.
pub(super) struct Watched {
    pid: Pid,
    /// Whether it has ended, and its number may be another's.
    has_ended: Cell<bool>,
}

impl Watched {
    const fn new(pid: Pid) -> Self {
        Self { pid, has_ended: Cell::new(false) }
    }

    /// Waits until something happens to it.
    fn wait(&self, flag: WaitPidFlag) -> Fallible<WaitStatus> {
        let status = waitpid(self.pid, Some(flag)).map_err(say("waitpid"))?;
        if matches!(status, WaitStatus::Exited(..) | WaitStatus::Signaled(..)) {
            self.has_ended.set(true);
        }
        Ok(status)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.has_ended.get() {
            let killed = kill(self.pid, Signal::SIGKILL);
            let waited = waitpid(self.pid, Some(WaitPidFlag::__WALL));
            debug_assert!(killed.is_ok() && waited.is_ok(), "{killed:?} {waited:?}");
        }
    }
}

/// What a victim has stored, as far as it changes: the lane's control and blocks, and the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) control: Vec<u64>,
    pub(super) blocks: Vec<u64>,
    pub(super) board: Vec<u64>,
    /// The drain reader's line of the release page.
    pub(super) page: Vec<u64>,
}

/// A victim, its memory, and where things lie in it.
pub(super) struct Stage {
    victim: Watched,
    file: File,
    region_bytes: u64,
    control_offset: u64,
    blocks_offset: u64,
    /// Where a `syscall` instruction lies in the victim.
    syscall: u64,
}

impl Stage {
    /// Starts `program` as the victim of `case`; it stands before its first act.
    pub(super) fn start(program: &Path, case: &Case) -> Fallible<Self> {
        let region_bytes = region_size(SHAPE, &VICTIM).map_err(|error| error.to_string())?;
        let memory = memfd_create("victim", MemfdFlags::CLOEXEC).map_err(say("memfd_create"))?;
        ftruncate(&memory, region_bytes + (BOARD_BYTES + PAGE_BYTES) as u64).map_err(say("ftruncate"))?;
        let file = File::from(memory);
        let input = file.try_clone().map_err(say("dup"))?;
        let mut command = Command::new(program);
        command.arg("victim").args(case.to_words()).stdin(Stdio::from(input)).stdout(Stdio::null());
        let child = command.spawn().map_err(say("the victim's start"))?;
        let pid = Pid::from_raw(child.id().cast_signed());
        let victim = Watched::new(pid);
        match victim.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Stopped(_, Signal::SIGSTOP) => {}
            other => return Err(format!("NOT CHECKED: the victim cannot be traced: {other:?}")),
        }
        ptrace::setoptions(pid, Options::PTRACE_O_EXITKILL | Options::PTRACE_O_TRACEFORK)
            .map_err(say("ptrace"))?;
        let syscall = find_syscall(pid)?;
        let mut stage = Self { victim, file, region_bytes, control_offset: 0, blocks_offset: 0, syscall };
        let region = stage.region()?;
        let offsets = abi_runtime::attach::RegionView::attach(super::said::Mirror::of(&region).memory())
            .map(|view| (view.geometry().lanes_offset, view.geometry().blocks_offset))
            .map_err(|error| error.to_string())?;
        (stage.control_offset, stage.blocks_offset) = offsets;
        Ok(stage)
    }

    /// Returns the whole region.
    pub(super) fn region(&self) -> Fallible<Vec<u64>> {
        let mut words = vec![0; self.region_bytes as usize / size_of::<u64>()];
        self.read(&mut words, 0)?;
        Ok(words)
    }

    /// Returns which word of the region the lane's control begins with.
    pub(super) const fn control_word(&self) -> usize {
        self.control_offset as usize / size_of::<u64>()
    }

    /// Returns which word of the region the lane's blocks begin with.
    pub(super) const fn blocks_word(&self) -> usize {
        self.blocks_offset as usize / size_of::<u64>()
    }

    /// Returns an empty picture.
    pub(super) fn blank() -> Picture {
        let blocks = SHAPE.capacity() as usize / size_of::<u64>();
        Picture { control: vec![0; 64], blocks: vec![0; blocks], board: vec![0; BOARD_WORDS], page: vec![0] }
    }

    /// Takes a picture of what the victim has stored.
    pub(super) fn look(&self, picture: &mut Picture) -> Fallible<()> {
        self.read(&mut picture.control, self.control_offset)?;
        self.read(&mut picture.blocks, self.blocks_offset)?;
        self.read(&mut picture.board, self.region_bytes)?;
        self.read(&mut picture.page, self.region_bytes + BOARD_BYTES as u64)
    }

    /// Puts back what a copy of the victim has stored since the picture was taken.
    pub(super) fn put_back(&self, picture: &Picture) -> Fallible<()> {
        self.write(&picture.control, self.control_offset)?;
        self.write(&picture.blocks, self.blocks_offset)?;
        self.write(&picture.board, self.region_bytes)?;
        self.write(&picture.page, self.region_bytes + BOARD_BYTES as u64)
    }

    fn read(&self, words: &mut [u64], offset: u64) -> Fallible<()> {
        self.file.read_exact_at(words.as_mut_bytes(), offset).map_err(say("read"))
    }

    fn write(&self, words: &[u64], offset: u64) -> Fallible<()> {
        self.file.write_all_at(words.as_bytes(), offset).map_err(say("write"))
    }

    /// Lets the victim execute one instruction.
    pub(super) fn step(&self) -> Fallible<()> {
        let pid = self.victim.pid;
        ptrace::step(pid, None).map_err(say("step"))?;
        match self.victim.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Stopped(_, Signal::SIGTRAP) => Ok(()),
            other => Err(format!("the victim did something else than a step: {other:?}")),
        }
    }

    /// Makes a copy of the victim as it stands here; the copy is stopped.
    pub(super) fn copy(&self) -> Fallible<Copy<'_>> {
        let pid = self.victim.pid;
        let here = ptrace::getregs(pid).map_err(say("getregs"))?;
        let mut call = here;
        (call.rip, call.rax, call.rdi, call.rsi) = (self.syscall, CLONE, CLONE_FLAGS, 0);
        (call.rdx, call.r10, call.r8) = (0, 0, 0);
        // Not in a system call: the kernel is not to repeat one.
        call.orig_rax = u64::MAX;
        ptrace::setregs(pid, call).map_err(say("setregs"))?;
        ptrace::step(pid, None).map_err(say("step"))?;
        match self.victim.wait(WaitPidFlag::__WALL)? {
            WaitStatus::PtraceEvent(_, Signal::SIGTRAP, _) => {}
            other => return Err(format!("the victim does not fork: {other:?}")),
        }
        let copy = Pid::from_raw(
            ptrace::getevent(pid).map_err(say("getevent"))?.try_into().map_err(say("a process number"))?,
        );
        let copied = Copy { process: Watched::new(copy), stage: self };
        match copied.process.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Stopped(_, Signal::SIGSTOP) => {}
            other => return Err(format!("the copy does not stop: {other:?}")),
        }
        // The end of the system call, and no instruction behind it.
        self.step()?;
        let mut back = here;
        back.orig_rax = u64::MAX;
        ptrace::setregs(pid, back).map_err(say("setregs"))?;
        ptrace::setregs(copy, back).map_err(say("setregs"))?;
        Ok(copied)
    }
}

/// A copy of a victim, stopped where the victim stands. It stores to the same memory.
pub(super) struct Copy<'s> {
    process: Watched,
    #[allow(dead_code, reason = "the victim stands still while there is a copy of it")]
    stage: &'s Stage,
}

impl Copy<'_> {
    /// Lets the copy run to its end, with a signal to begin with.
    pub(super) fn run(&self, signal: Option<Signal>) -> Fallible<()> {
        ptrace::cont(self.process.pid, signal).map_err(say("cont"))?;
        self.await_end()
    }

    /// Lets the copy run from its signal handler into its death.
    pub(super) fn run_to_death(&self, signal: Signal) -> Fallible<()> {
        ptrace::cont(self.process.pid, signal).map_err(say("cont"))?;
        self.await_death()
    }

    /// Lets the copy execute one instruction: with a signal, none but the entry into its handler.
    pub(super) fn step(&self, signal: Option<Signal>) -> Fallible<()> {
        ptrace::step(self.process.pid, signal).map_err(say("step"))?;
        match self.process.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Stopped(_, Signal::SIGTRAP) => Ok(()),
            other => Err(format!("the copy did something else than a step: {other:?}")),
        }
    }

    /// Lets the copy go, stopped as any process can be stopped.
    pub(super) fn stop(&self) -> Fallible<()> {
        let pid = self.process.pid;
        ptrace::detach(pid, Signal::SIGSTOP).map_err(say("detach"))?;
        match self.process.wait(WaitPidFlag::WUNTRACED)? {
            WaitStatus::Stopped(_, Signal::SIGSTOP) => Ok(()),
            other => Err(format!("the copy does not stop: {other:?}")),
        }
    }

    /// Lets a copy that was stopped go on, to its end.
    pub(super) fn go_on(&self) -> Fallible<()> {
        kill(self.process.pid, Signal::SIGCONT).map_err(say("kill"))?;
        self.await_end()
    }

    /// Kills the copy where it stands.
    pub(super) fn kill(&self) -> Fallible<()> {
        kill(self.process.pid, Signal::SIGKILL).map_err(say("kill"))?;
        self.await_death()
    }

    fn await_death(&self) -> Fallible<()> {
        match self.process.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Signaled(_, Signal::SIGKILL, _) => Ok(()),
            other => Err(format!("the copy does not die: {other:?}")),
        }
    }

    fn await_end(&self) -> Fallible<()> {
        match self.process.wait(WaitPidFlag::__WALL)? {
            WaitStatus::Exited(_, 0) => Ok(()),
            other => Err(format!("the copy does not play to the end: {other:?}")),
        }
    }
}

/// Finds a `syscall` instruction in a process: the kernel maps code with some into each.
fn find_syscall(pid: Pid) -> Fallible<u64> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).map_err(say("maps"))?;
    let line = maps.lines().find(|line| line.ends_with("[vdso]")).ok_or("NOT CHECKED: there is no vdso")?;
    let range = line.split(' ').next().and_then(|range| range.split_once('-'));
    let parse = |text: &str| u64::from_str_radix(text, 16).ok();
    let (from, to) = range
        .and_then(|(from, to)| Some((parse(from)?, parse(to)?)))
        .ok_or_else(|| format!("not a line of maps: {line}"))?;
    let mut code = vec![0; (to - from) as usize];
    let memory = File::open(format!("/proc/{pid}/mem")).map_err(say("mem"))?;
    memory.read_exact_at(&mut code, from).map_err(say("mem"))?;
    let at = code.windows(2).position(|bytes| bytes == [0x0f, 0x05]);
    at.map(|at| from + at as u64).ok_or_else(|| "NOT CHECKED: no syscall in the vdso".to_owned())
}

fn say<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> String {
    move |error| format!("{what}: {error}")
}
