//! Four lanes under load, and eight readers that come, stop, die and come again: do their books close?
//!
//! One lane overwrites, one does so where positions and numbers wrap, one fills, one is drained. Every
//! reader checks whatever it takes (see [`audit`](crate::audit)); here the writers' own accounts are held
//! against what the readers state at the end (REG-40).

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, RegionState};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::WriterAccount;
use dext_bindings::linux::{Access, Drains, RegionMemory, Server};

use crate::dice::Dice;
use crate::load::{Load, refused};
use crate::processes::Processes;
use crate::reading::read;
use crate::told::Told;
use crate::truth::TRUTH;

/// What is done.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Attempts, of all lanes together.
    pub attempts: u64,
    /// Readers that are threads of this process. The first sleeps through most of the run.
    pub threads: u64,
    /// Readers that are processes of their own.
    pub processes: usize,
    /// How often a process is stopped, woken, or killed and started again.
    pub steps: u64,
    /// What all chances follow from.
    pub seed: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Attempts that were made.
    pub offered: u64,
    /// Records that were made.
    pub published: u64,
    /// Attempts that were refused.
    pub dropped: u64,
    /// Lanes that readers have read to the end of them.
    pub whole: u64,
    /// Lanes that readers have left before.
    pub left: u64,
    /// Processes that were stopped.
    pub stopped: u64,
    /// Processes that were killed.
    pub killed: u64,
    /// Records that readers took.
    pub delivered: u64,
    /// Records that were overwritten before a reader took them.
    pub overwritten: u64,
    /// Copies that readers threw away.
    pub torn: u64,
    /// Readers that the lane which drains has waited for.
    pub held: u64,
}

impl Figures {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.offered += other.offered;
        self.published += other.published;
        self.dropped += other.dropped;
        self.whole += other.whole;
        self.left += other.left;
        self.stopped += other.stopped;
        self.killed += other.killed;
        self.delivered += other.delivered;
        self.overwritten += other.overwritten;
        self.torn += other.torn;
        self.held += other.held;
    }
}

const LANES: [Policy; 4] = [Policy::Overwrite, Policy::Overwrite, Policy::Fill, Policy::Drain];
const SHAPE: Shape = Shape { lanes: 4, block_size: 4096, blocks_per_lane: 16 };
/// Readers that can drain at a time.
const DRAINS: usize = 3;

/// What the threads of a run share.
struct Stage {
    socket: PathBuf,
    /// Attempts that each lane may have made by now.
    allowed: AtomicU64,
    /// Attempts that each lane has made.
    made: [AtomicU64; 4],
    /// Whether something went wrong: then everybody goes home.
    failed: AtomicBool,
    told: Mutex<Vec<Told>>,
}

/// Does as planned. `program` is started with the words `read SOCKET SEED` for each process, and is to call
/// [`read_as_process`].
///
/// # Errors
///
/// Something that was said is not true, or nothing could be started.
pub fn run(plan: &Plan, program: &Path) -> Result<Figures, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no folder for the socket: {error}"))?;
    let io = |error: std::io::Error| error.to_string();
    let size = region_size(SHAPE, &TRUTH).map_err(|error| error.to_string())?;
    let mut memory = RegionMemory::create(size).map_err(io)?;
    let file = memory.share().map_err(io)?;
    let drains = Arc::new(Drains::create(DRAINS, SHAPE.lanes).map_err(io)?);
    let extras = Extras { drain: drains.slots(), ..Extras::default() };
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config =
        RegionConfig { shape: SHAPE, region_id: [plan.seed, 1], generation: 1, clock, catalog: &TRUTH };
    let region =
        Region::format_with(memory.memory_mut(), &config, extras).map_err(|error| error.to_string())?;
    let stage = Stage {
        socket: folder.path().join("socket"),
        allowed: AtomicU64::new(0),
        made: [const { AtomicU64::new(0) }; 4],
        failed: AtomicBool::new(false),
        told: Mutex::new(Vec::new()),
    };
    let each = plan.attempts / LANES.len() as u64;
    let mut writers = Vec::new();
    for (lane, policy) in (0..).zip(LANES) {
        let (start_position, start_sequence) = start(lane, each);
        let config = LaneConfig { start_position, start_sequence, ..LaneConfig::new("load", policy) };
        let ticks = Cell::new(0);
        let clock = move || {
            ticks.set(ticks.get() + 1);
            ticks.get()
        };
        writers.push(region.open_lane(lane, &config, clock).map_err(|error| error.to_string())?);
    }
    let server = Server::bind(&stage.socket, Access::owner(), file)
        .map_err(|error| error.to_string())?
        .draining(Arc::clone(&drains));
    let server = server.in_thread().map_err(io)?;
    let mut processes = Processes::start(program, &stage.socket, folder.path(), plan.processes, plan.seed)?;

    let (accounts, outcome) = thread::scope(|scope| {
        let readers: Vec<_> = (0..plan.threads)
            .map(|at| {
                let stage = &stage;
                scope.spawn(move || stage.guard(|| read_in_thread(stage, plan, at, each)))
            })
            .collect();
        let writers: Vec<_> = (0..)
            .zip(writers)
            .map(|(lane, writer)| {
                let stage = &stage;
                scope.spawn(move || {
                    let mut load = Load { key: u64::from(lane), next: start(lane, each).1 };
                    stage.work(lane as usize, each, |_| load.attempt(&writer), || writer.account().offered);
                    writer.close();
                    (writer.account(), load.next)
                })
            })
            .collect();
        let conducted = stage.guard(|| stage.conduct(&mut processes, plan.steps, each));
        stage.allowed.store(each, Relaxed);
        let accounts: Vec<_> = writers.into_iter().filter_map(|writer| writer.join().ok()).collect();
        region.set_state(RegionState::Closed);
        let ended = stage.guard(|| processes.end(|| stage.failed.load(Relaxed)));
        // If a reader of this process failed, the others were sent home for it: it is named first.
        let mut outcome = Ok(());
        for reader in readers {
            let read = reader.join().unwrap_or_else(|_| Err("a reader panicked".to_owned()));
            outcome = outcome.and(read);
        }
        (accounts, outcome.and(conducted).and(ended))
    });
    let said_by_processes = outcome?;
    server.stop().map_err(io)?;
    let mut told = stage.told.into_inner().map_err(|error| error.to_string())?;
    told.extend(said_by_processes);
    let mut figures = Figures { stopped: processes.stopped, killed: processes.killed, ..Figures::default() };
    hold_against(&accounts, &told, each, &mut figures)?;
    let expected = (plan.threads + plan.processes as u64) * LANES.len() as u64;
    if figures.whole < expected {
        return Err(format!("{} lanes were read to their ends, and not {expected}", figures.whole));
    }
    Ok(figures)
}

/// Position and sequence at which a lane begins: lane 1 begins so that both wrap in the middle of the run.
fn start(lane: u32, each: u64) -> (u64, u64) {
    if lane == 1 {
        (0u64.wrapping_sub(u64::from(SHAPE.block_size) * 8), 0u64.wrapping_sub(each / 2))
    } else {
        (0, 0)
    }
}

impl Stage {
    /// Remembers whether something went wrong.
    fn guard<T>(&self, act: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
        let result = act();
        if result.is_err() {
            self.failed.store(true, Relaxed);
        }
        result
    }

    /// Lets the lanes go on step by step, and in between disturbs the readers.
    fn conduct(&self, processes: &mut Processes<'_>, steps: u64, each: u64) -> Result<(), String> {
        for step in 1..=steps {
            self.allowed.store(each * step / (steps + 1), Relaxed);
            if self.failed.load(Relaxed) {
                break;
            }
            processes.disturb(step)?;
        }
        processes.wake()
    }

    /// Makes `each` attempts, no more at any time than are allowed.
    fn work(&self, lane: usize, each: u64, mut attempt: impl FnMut(u64), offered: impl Fn() -> u64) {
        let mut made = 0;
        while made < each && !self.failed.load(Relaxed) {
            if made >= self.allowed.load(Relaxed) {
                thread::yield_now();
                continue;
            }
            attempt(made);
            made = offered();
            self.made[lane].store(made, Relaxed);
        }
    }

    fn tell(&self, told: Told) {
        if let Ok(mut all) = self.told.lock() {
            all.push(told);
        }
    }

    /// Waits until every lane has made so many attempts, or something went wrong.
    fn wait_for(&self, attempts: u64) {
        while self.made.iter().any(|made| made.load(Relaxed) < attempts) && !self.failed.load(Relaxed) {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A reader in a thread of the driver's process. The first one looks once, and then not again before all
/// lanes have gone on by half of the run: that is how it is certainly overrun.
fn read_in_thread(stage: &Stage, plan: &Plan, at: u64, each: u64) -> Result<(), String> {
    let mut dice = Dice::new(plan.seed ^ at << 32);
    let pause = |turns| {
        if at == 0 && turns < 4 {
            stage.wait_for(each / 4 * turns);
        } else if dice.below(4) == 0 {
            thread::sleep(Duration::from_micros(dice.below(2000)));
        }
    };
    read(&stage.socket, plan.seed.wrapping_add(at), pause, |told| stage.tell(told))
        .map_err(|error| format!("reader {at}: {error}"))
}

/// Reads as a process of its own: prints a line for each lane that it leaves.
///
/// # Errors
///
/// As for [`read`].
pub fn read_as_process(socket: &Path, seed: u64) -> Result<(), String> {
    let mut dice = Dice::new(!seed);
    let pause = |_| {
        if dice.below(4) == 0 {
            thread::sleep(Duration::from_micros(dice.below(2000)));
        }
    };
    read(socket, seed, pause, |told| println!("{}", told.to_line()))
}

/// Holds what readers stated against what the writers themselves counted.
fn hold_against(
    accounts: &[(WriterAccount, u64)],
    told: &[Told],
    each: u64,
    figures: &mut Figures,
) -> Result<(), String> {
    for (lane, (account, next)) in (0..).zip(accounts) {
        let (_, first) = start(lane, each);
        let has_room = LANES[lane as usize] == Policy::Overwrite;
        if account.offered != next.wrapping_sub(first)
            || account.published + account.dropped.total() != account.offered
            || has_room && account.dropped != refused(first, account.offered)
        {
            return Err(format!("lane {lane}: the writer's account is not that of its load: {account:?}"));
        }
        figures.offered += account.offered;
        figures.published += account.published;
        figures.dropped += account.dropped.total();
        for told in told.iter().filter(|told| told.lane == lane) {
            let seen = told.before + told.offered;
            let all = told.delivered + told.overwritten == account.published
                && told.dropped == account.dropped.total();
            if seen > account.offered
                || told.whole == 1 && seen != account.offered
                || told.whole == 1 && told.before == 0 && !all
            {
                return Err(format!("lane {lane}: {told:?}, and the writer says {account:?}"));
            }
            figures.whole += told.whole;
            figures.left += 1 - told.whole;
            figures.delivered += told.delivered;
            figures.overwritten += told.overwritten;
            figures.torn += told.torn;
            figures.held += told.held;
        }
    }
    Ok(())
}
