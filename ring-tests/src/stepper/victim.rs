//! The process that is stepped: it plays a script with the writer in Rust or the one in C.
//!
//! Between two acts and in them it makes no system call, so that every instruction is one that a writer
//! can be stopped at.

use std::cell::OnceCell;
use std::mem::offset_of;
use std::ops::Deref;
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};

use abi_runtime::TraceRecord;
use abi_runtime::abi_schema::Class;
use abi_runtime::clock::Clock;
use abi_runtime::drain::DrainSlot;
use abi_runtime::drops::DropCause;
use abi_runtime::layout::{ClockKind, LaneControl, Policy};
use abi_runtime::memory::{Memory, MemoryMut};
use abi_runtime::pool::{Claim, LanePool, PooledLane};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, region_size};
use abi_runtime::writer::{Refused, Writer};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};

use super::board::{
    ACCOUNT, ACCOUNT_WORDS, BOARD_BYTES, DONE, GIVEN, HANDLED, HANDLER, MAX_ACTS, NO_LANE, OK, PAGE_BYTES,
    PROGRESS, RESULTS, SHAPE, TICKET, TICKS, stamp,
};
use super::case::{Case, Language};
use super::ffi;
use super::record::{Huge, Large, Medium, Small, VICTIM};
use super::script::{Act, Kind};

/// A clock that goes by one with every reading.
#[derive(Clone, Copy, Debug)]
struct Counter(&'static AtomicU64);

impl Clock for Counter {
    fn ticks(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// A process that plays a script.
pub(super) struct Victim {
    case: Case,
    board: &'static [AtomicU64],
    /// The word of the release page that the drain reader stores to, and the one of the lane that says how
    /// much was published.
    released: &'static AtomicU64,
    published: &'static AtomicU64,
    region: Region<'static>,
    /// The writer in Rust, once the lane is open.
    writer: OnceCell<Writer<'static, Counter>>,
    /// The pool and what it has handed out, if there is one.
    pool: OnceCell<LanePool<'static, 'static, Counter>>,
    claim: OnceCell<Claim<'static, 'static, Counter>>,
    /// 1 once the lane is open, whoever writes.
    is_open: AtomicU64,
}

/// Plays the script of `case` in the file that is the standard input, under the eyes of the parent, and
/// leaves.
///
/// # Errors
///
/// What could not be done before the first act.
pub fn play(case: Case) -> Result<(), Box<dyn std::error::Error>> {
    if case.script.0.len() > MAX_ACTS {
        return Err("the script is too long".into());
    }
    let stdin = std::io::stdin();
    let bytes = region_size(SHAPE, &VICTIM)? as usize;
    let words = ffi::map(stdin.as_fd(), (bytes + BOARD_BYTES + PAGE_BYTES) / size_of::<u64>())?;
    let (memory, behind) = words.split_at(bytes / size_of::<u64>());
    let (board, page) = behind.split_at(BOARD_BYTES / size_of::<u64>());
    let slot = DrainSlot::new(Memory::from_words(page));
    slot.serve(TICKET, case.lane.lag);
    let drain: &'static [DrainSlot<'static>] = Box::leak(Box::new([slot]));
    let drains = case.lane.policy == Policy::Drain;
    let extras = Extras { drain: if drains { drain } else { &[] }, ..Extras::default() };
    let clock =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config = RegionConfig { shape: SHAPE, region_id: [3, 7], generation: 1, clock, catalog: &VICTIM };
    let region = Region::format_with(MemoryMut::from_words(memory), &config, extras)?;
    let published = region.geometry().lanes_offset as usize + offset_of!(LaneControl, publish);
    let (released, published) = (&page[0], &memory[published / size_of::<u64>()]);
    if case.language == Language::C {
        let begun = ffi::begin_in_c(memory, &board[TICKS], page, case.lane.in_c());
        if begun != OK {
            return Err(format!("the writer in C refuses the region: {begun}").into());
        }
    }
    let is_open = AtomicU64::new(0);
    let victim = Box::leak(Box::new(Victim {
        case,
        board,
        released,
        published,
        region,
        writer: OnceCell::new(),
        pool: OnceCell::new(),
        claim: OnceCell::new(),
        is_open,
    }));
    ffi::let_interrupt(victim)?;
    ptrace::traceme()?;
    raise(Signal::SIGSTOP)?;
    victim.play();
    std::process::exit(0)
}

impl Victim {
    fn play(&self) {
        for (at, &act) in self.case.script.0.iter().enumerate() {
            self.say(PROGRESS, 2 * at as u64 + 1);
            let published = self.published.load(Ordering::Relaxed);
            let result = match self.case.language {
                _ if act == Act::Release => self.release(published),
                _ if act == Act::Overreach => self.release(published + 8),
                _ if act == Act::TakeBack => self.release(0),
                Language::C => {
                    ffi::act_in_c(act.verb(), act.kind().map_or(0, |kind| kind as u32), stamp(at as u64))
                }
                Language::Rust | Language::Pool => self.act(act, at as u64),
            };
            if act == Act::Open {
                compiler_fence(Ordering::SeqCst);
                self.is_open.store(1, Ordering::Relaxed);
            }
            self.say(RESULTS + at, result);
            self.say(PROGRESS, 2 * at as u64 + 2);
        }
        self.say_account();
        self.say(PROGRESS, DONE);
    }

    fn say_account(&self) {
        for (at, word) in self.account().into_iter().enumerate() {
            self.say(ACCOUNT + at, word);
        }
    }

    /// What the drain reader does, which could as well be somebody else.
    fn release(&self, position: u64) -> u64 {
        self.released.store(position, Ordering::Relaxed);
        OK
    }

    /// What the signal handler does: one attempt.
    pub(super) fn interrupt(&self) {
        let result = if self.is_open.load(Ordering::Relaxed) == 0 {
            NO_LANE
        } else if self.case.language == Language::C {
            ffi::interrupt_in_c(stamp(HANDLER))
        } else {
            self.emit(&Small::of(HANDLER))
        };
        self.say(HANDLED, result + 1);
    }

    /// Stores a word of the board, neither earlier nor later than what stands around it.
    fn say(&self, word: usize, value: u64) {
        compiler_fence(Ordering::SeqCst);
        self.board[word].store(value, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
    }

    fn act(&self, act: Act, number: u64) -> u64 {
        match act {
            Act::Open => self.open(),
            Act::Emit(Kind::Small) => self.emit(&Small::of(number)),
            Act::Emit(Kind::Medium) => self.emit(&Medium::of(number)),
            Act::Emit(Kind::Large) => self.emit(&Large::of(number)),
            Act::Emit(Kind::Huge) => self.emit(&Huge::of(number)),
            Act::Commit(kind) => self.reserve(kind, number, true),
            Act::Abandon(kind) => self.reserve(kind, number, false),
            Act::Close => {
                if let Some(writer) = self.writer() {
                    writer.close();
                }
                OK
            }
            Act::Release | Act::Overreach | Act::TakeBack => OK,
        }
    }

    fn open(&self) -> u64 {
        let lane = self.case.lane;
        let mut config = LaneConfig::new("victim", lane.policy);
        config.thresholds.normal_blocks = lane.normal_blocks;
        config.thresholds.bulk_blocks = lane.bulk_blocks;
        let opened = self.region.open_lane(0, &config, Counter(&self.board[TICKS]));
        let kept = opened.is_ok_and(|writer| match self.case.language {
            Language::Pool => self.pool(writer),
            _ => self.writer.set(writer).is_ok(),
        });
        if kept { OK } else { NO_LANE }
    }

    /// Makes a pool of the lane, and takes it out.
    fn pool(&self, writer: Writer<'static, Counter>) -> bool {
        let lanes: &'static [PooledLane<'static, Counter>] = Box::leak(Box::new([PooledLane::new(writer)]));
        let pool = self.pool.get_or_init(|| LanePool::new(&self.region, lanes));
        pool.claim(1, "victim").is_ok_and(|claim| self.claim.set(claim).is_ok())
    }

    /// Returns the writer in Rust, once the lane is open.
    fn writer(&self) -> Option<&Writer<'static, Counter>> {
        self.claim.get().map(Deref::deref).or(self.writer.get())
    }

    /// What the driver does whose thread has come to its end here: the pool takes the lane back, and the
    /// next owner makes two attempts and closes it.
    pub(super) fn give_on(&self) {
        let pool = if self.is_open.load(Ordering::Relaxed) == 0 { None } else { self.pool.get() };
        let Some(pool) = pool else { return self.say(HANDLED, NO_LANE + 1) };
        self.say(GIVEN, pool.reclaim(|owner| owner == 1) as u64);
        let next = pool.claim(2, "next");
        let attempts = next.as_ref().map_or([NO_LANE; 2], |writer| {
            [Kind::Small, Kind::Medium].map(|kind| match kind {
                Kind::Small => result(writer.emit(&Small::of(HANDLER))),
                _ => result(writer.emit(&Medium::of(HANDLER))),
            })
        });
        drop(next);
        for (at, word) in attempts.into_iter().enumerate() {
            self.say(GIVEN + 1 + at, word);
        }
        self.say_account();
        self.say(HANDLED, OK + 1);
    }

    fn emit<R: TraceRecord>(&self, record: &R) -> u64 {
        result(self.writer().map_or(Ok(()), |writer| writer.emit(record)))
    }

    fn reserve(&self, kind: Kind, number: u64, commits: bool) -> u64 {
        match kind {
            Kind::Small => self.reserve_for(&Small::of(number), commits),
            Kind::Medium => self.reserve_for(&Medium::of(number), commits),
            Kind::Large => self.reserve_for(&Large::of(number), commits),
            Kind::Huge => self.reserve_for(&Huge::of(number), commits),
        }
    }

    fn reserve_for<R: TraceRecord>(&self, record: &R, commits: bool) -> u64 {
        let Some(writer) = self.writer() else { return NO_LANE };
        match writer.reserve::<R>() {
            Err(refused) => result(Err(refused)),
            Ok(mut reservation) => {
                reservation.fill(record);
                if commits {
                    reservation.commit();
                    OK
                } else {
                    drop(reservation);
                    result(Err(Refused { cause: DropCause::Abandoned }))
                }
            }
        }
    }

    fn account(&self) -> [u64; ACCOUNT_WORDS] {
        if self.case.language == Language::C {
            return ffi::account_in_c();
        }
        let Some(account) = self.writer().map(Writer::account) else { return [0; ACCOUNT_WORDS] };
        let mut words = [account.offered, account.published, 0, 0, 0, 0, 0, 0, 0];
        words[2..].copy_from_slice(&account.dropped.to_array());
        words
    }
}

/// Returns what came of an attempt, with the numbers that C has for it.
fn result(result: Result<(), Refused>) -> u64 {
    match result.map_err(|refused| refused.cause) {
        Ok(()) => OK,
        Err(DropCause::TooBig) => 1,
        Err(DropCause::Closed) => 2,
        Err(DropCause::Full(Class::Vital)) => 3,
        Err(DropCause::Full(Class::Normal)) => 4,
        Err(DropCause::Full(Class::Bulk)) => 5,
        Err(DropCause::Reentered) => 6,
        Err(DropCause::Abandoned) => 7,
        Err(_) => NO_LANE,
    }
}
