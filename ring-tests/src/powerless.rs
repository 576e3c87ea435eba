//! A run that leaves the same bytes every time, watched by nobody or by a crowd.
//!
//! Two lanes, one thread, a clock that counts: what is in the region at the end follows from the number of
//! attempts alone, unless somebody else stored into it (REG-1, REG-30).

use std::fs::{self, File, Permissions};
use std::os::fd::OwnedFd;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio, id};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, RegionState};
use abi_runtime::region::{ClockInfo, LaneConfig, Region, RegionConfig, region_size};
use dext_bindings::linux::{Access, RegionMemory, Server};
use rustix::process::{Signal, geteuid};
use tempfile::TempDir;

use crate::hostile::Hostile;
use crate::load::Load;
use crate::reading::read;
use crate::truth::TRUTH;

const SHAPE: Shape = Shape { lanes: 2, block_size: 4096, blocks_per_lane: 8 };
/// The user that owns nothing.
const NOBODY: u32 = 65_534;
/// In so many parts the attempts are made; in between the crowd has its time.
const PARTS: u64 = 20;

/// Who watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Crowd {
    /// Hostile threads of the driver's own process.
    pub threads: u64,
    /// Hostile processes; if the driver is root, half of them are another user's.
    pub processes: u64,
    /// How often each of them attaches and tries everything.
    pub rounds: u64,
    /// Readers as others are.
    pub ordinary: u64,
}

/// What became of a run.
#[derive(Debug)]
pub struct Watched {
    /// The region at its end.
    pub bytes: Vec<u8>,
    /// Attempts of hostile readers that were refused.
    pub refused: u64,
    /// Processes that were another user's.
    pub strangers: u64,
}

/// Makes `attempts` attempts on each of two lanes while `crowd` watches. `program` is `hostile-reader`.
///
/// # Errors
///
/// Somebody could do what a reader cannot, or an ordinary reader was told what is not true.
pub fn run(attempts: u64, crowd: Crowd, program: &Path) -> Result<Watched, String> {
    let io = |error: std::io::Error| error.to_string();
    let size = region_size(SHAPE, &TRUTH).map_err(|error| error.to_string())?;
    let mut memory = RegionMemory::create(size).map_err(io)?;
    let (file, kept) = (memory.share().map_err(io)?, File::from(OwnedFd::from(memory.share().map_err(io)?)));
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [7, 8], generation: 9, clock, catalog: &TRUTH };
    let region = Region::format(memory.memory_mut(), &config).map_err(|error| error.to_string())?;
    let ticks = AtomicU64::new(0);
    let writers = [(0, Policy::Overwrite), (1, Policy::Fill)].map(|(lane, policy)| {
        region.open_lane(lane, &LaneConfig::new("load", policy), || ticks.fetch_add(1, Relaxed))
    });
    let stage = Stage::new(program)?;
    let server = Server::bind(&stage.socket, Access::anyone(), file)
        .map_err(|error| error.to_string())?
        .in_thread()
        .map_err(io)?;
    let processes = stage.start(crowd)?;
    let strangers = if is_root() { crowd.processes / 2 } else { 0 };

    let refused = thread::scope(|scope| {
        let socket = &stage.socket;
        let hostile: Vec<_> =
            (0..crowd.threads).map(|_| scope.spawn(move || attack(socket, crowd.rounds))).collect();
        let ordinary: Vec<_> = (0..crowd.ordinary)
            .map(|seed| scope.spawn(move || read(socket, seed, |_| thread::yield_now(), |_| ())))
            .collect();
        let mut loads = [0, 1].map(|key| Load { key, next: 0 });
        let mut write = |up_to: u64| {
            for (load, writer) in loads.iter_mut().zip(writers.iter().flatten()) {
                while load.next < up_to {
                    load.attempt(writer);
                }
            }
        };
        for part in 1..PARTS {
            write(attempts * part / PARTS);
            if crowd.rounds > 0 {
                thread::sleep(Duration::from_millis(2));
            }
        }
        // All have done what they can before the last part is written, and more while the others were.
        let mut refused = 0;
        let mut outcome = Ok(());
        for process in processes {
            outcome = outcome.and(process.end().map(|more| refused += more));
        }
        for thread in hostile {
            let ended = thread.join().unwrap_or_else(|_| Err("a hostile thread panicked".to_owned()));
            outcome = outcome.and(ended.map(|more| refused += more));
        }
        write(attempts);
        for writer in writers.iter().flatten() {
            writer.close();
        }
        region.set_state(RegionState::Closed);
        for reader in ordinary {
            outcome = outcome.and(reader.join().unwrap_or_else(|_| Err("a reader panicked".to_owned())));
        }
        outcome.map(|()| refused)
    })?;
    server.stop().map_err(io)?;
    let mut bytes = vec![0; usize::try_from(size).map_err(|error| error.to_string())?];
    kept.read_exact_at(&mut bytes, 0).map_err(io)?;
    Ok(Watched { bytes, refused, strangers })
}

fn is_root() -> bool {
    geteuid().is_root()
}

fn attack(socket: &Path, rounds: u64) -> Result<u64, String> {
    (0..rounds).map(|_| Hostile::attach(socket)?.attack()).sum()
}

/// A folder that every user may enter, with the socket and a program that every user may run.
struct Stage {
    _folder: TempDir,
    program: PathBuf,
    socket: PathBuf,
}

impl Stage {
    fn new(program: &Path) -> Result<Self, String> {
        let make = || {
            let folder = tempfile::tempdir()?;
            fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
            let own = folder.path().join("hostile-reader");
            fs::copy(program, &own)?;
            fs::set_permissions(&own, Permissions::from_mode(0o755))?;
            Ok(Self { program: own, socket: folder.path().join("socket"), _folder: folder })
        };
        make().map_err(|error: std::io::Error| format!("NOT CHECKED: {}: {error}", program.display()))
    }

    /// Starts the hostile processes, and one of each user that stores where it may only read.
    fn start(&self, crowd: Crowd) -> Result<Vec<Process>, String> {
        let mut all = Vec::new();
        for at in 0..crowd.processes {
            let is_stranger = is_root() && at % 2 == 1;
            let mut words = vec!["attack".to_owned(), self.socket(), crowd.rounds.to_string()];
            words.extend(is_stranger.then(|| id().to_string()));
            all.push(self.spawn(&words, is_stranger, false)?);
            if at < 2 {
                all.push(self.spawn(&["store".to_owned(), self.socket()], is_stranger, true)?);
            }
        }
        Ok(all)
    }

    fn socket(&self) -> String {
        self.socket.display().to_string()
    }

    fn spawn(&self, words: &[String], is_stranger: bool, is_to_die: bool) -> Result<Process, String> {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .current_dir("/");
        if is_stranger {
            command.uid(NOBODY).gid(NOBODY);
        }
        let child = command.spawn().map_err(|error| format!("NOT CHECKED: {command:?}: {error}"))?;
        Ok(Process { child, is_to_die })
    }
}

struct Process {
    child: Child,
    /// Whether it is to die of what it does.
    is_to_die: bool,
}

impl Process {
    /// Waits until it has ended, and returns how many of its attempts were refused.
    fn end(self) -> Result<u64, String> {
        let Output { status, stdout, stderr } =
            self.child.wait_with_output().map_err(|error| error.to_string())?;
        if self.is_to_die && status.signal() == Some(Signal::SEGV.as_raw()) {
            return Ok(1);
        }
        let said = String::from_utf8_lossy(&stdout);
        match said.trim().parse() {
            Ok(refused) if status.success() && !self.is_to_die => Ok(refused),
            _ => Err(format!("a hostile process, {status}: {said}{}", String::from_utf8_lossy(&stderr))),
        }
    }
}
