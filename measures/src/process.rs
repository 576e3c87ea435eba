//! Records to another process, beside what else carries them there.

use std::ffi::OsStr;
use std::io::{self, BufRead as _, BufReader, PipeWriter, Write};
use std::os::fd::{AsFd as _, AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio, id};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use abi_runtime::clock::{Clock, CycleCounter};
use abi_runtime::geometry::Shape;
use abi_runtime::layout::{ClockKind, Policy, Pressure};
use abi_runtime::region::{ClockInfo, Extras, LaneConfig, Region, RegionConfig, region_size};
use dext_bindings::linux::{Access, Drains, RegionMemory, Server};
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use zerocopy::IntoBytes as _;

use crate::ffi;
use crate::pingpong::nearest;
use crate::processors::{allowed, keep_to, ticks_of_nanosecond};
use crate::region::{MEASURED, Record64, SHAPE};
use crate::row::{Goal, Row};
use crate::second::{ARGUMENT, What};
use crate::spsc::{Sender, WORDS};
use crate::turns::Turns;

/// Records of one turn through shared memory, where their rate is measured.
const MANY: u64 = 2_000_000;
/// The same through the kernel.
const SOME: u64 = 100_000;
/// Records of one turn where it is measured how long each is under way.
const FEW: u64 = 1_200;
/// Nanoseconds from one of these to the next.
const INTERVAL: f64 = 20_000.0;
/// How long the second process may take for something before it is given up.
const PATIENCE: Duration = Duration::from_secs(20);
/// Records after which a lane's writer asks whether there is room: fewer than a block takes.
const ASK: u64 = 512;

/// Where and at which rate records are sent.
struct Route {
    writer: usize,
    reader: usize,
    /// Ticks of a nanosecond.
    scale: f64,
}

/// The process that reads.
struct Second {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Second {
    /// Starts it, and waits until it reads.
    fn start(
        (kind, place): (&str, &OsStr),
        what: What,
        route: &Route,
        input: impl Into<Stdio>,
    ) -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args([ARGUMENT, kind])
            .arg(place)
            .arg(if what == What::Rate { "rate" } else { "latency" })
            .arg(route.reader.to_string())
            .stdin(input)
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut second = Self { child, said: BufReader::new(said) };
        match second.line()?.as_str() {
            "ready" => Ok(second),
            other => Err(io::Error::other(format!("the second process said `{other}`"))),
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }

    /// Waits for its end, and returns its figure if it got `expected` records and missed none: millions of
    /// records in a second, or nanoseconds.
    fn figure(mut self, what: What, route: &Route, expected: u64) -> Option<f64> {
        let line = self.line().ok()?;
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (records, missing, figure) =
            (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
        let complete = records == expected && missing == 0 && figure > 0;
        complete.then(|| match what {
            What::Rate => records as f64 * 1000.0 / figure as f64,
            What::Latency => figure as f64 / route.scale,
        })
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        // It has ended, or never will.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `is_so`, as long as there is patience.
fn wait_until(mut is_so: impl FnMut() -> bool) -> bool {
    let begin = Instant::now();
    loop {
        for _ in 0..1024 {
            if is_so() {
                return true;
            }
            std::hint::spin_loop();
        }
        if begin.elapsed() > PATIENCE {
            return false;
        }
    }
}

/// Sends `count` records by `send`, which says whether it could: as fast as it goes, or with pauses.
fn send_all(what: What, route: &Route, count: u64, mut send: impl FnMut(u64) -> bool) -> bool {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some ten thousand ticks")]
    let interval = (INTERVAL * route.scale) as u64;
    let mut due = CycleCounter.ticks();
    (0..count).all(|at| {
        while what == What::Latency && CycleCounter.ticks().wrapping_sub(due).cast_signed() < 0 {}
        due = due.wrapping_add(interval);
        send(at)
    })
}

/// The ring: a region in shared memory, served over its socket, and a lane that waits for its reader.
fn ring<C: Clock>(what: What, route: &Route, clock: C) -> Option<f64> {
    let count = if what == What::Rate { MANY } else { FEW };
    let shape = Shape { lanes: 1, ..SHAPE };
    let path = std::env::temp_dir().join(format!("testimony-measures-{}.socket", id()));
    let drains = Arc::new(Drains::create(1, shape.lanes).ok()?);
    let mut memory = RegionMemory::create(region_size(shape, &MEASURED).ok()?).ok()?;
    let file = memory.share().ok()?;
    let clock_info =
        ClockInfo { kind: ClockKind::Other, numerator: 1, denominator: 1, anchor_ticks: 0, anchor_utc: 0 };
    let config =
        RegionConfig { shape, region_id: [1, 2], generation: 1, clock: clock_info, catalog: &MEASURED };
    let extras = Extras { drain: drains.slots(), ..Extras::default() };
    let region = Region::format_with(memory.memory_mut(), &config, extras).ok()?;
    let writer = region.open_lane(0, &LaneConfig::new("sent", Policy::Drain), clock).ok()?;
    let server = Server::bind(&path, Access::owner(), file).ok()?;
    let _serving = server.draining(Arc::clone(&drains)).in_thread().ok()?;
    let second = Second::start(("ring", path.as_os_str()), what, route, Stdio::null()).ok()?;
    let sent = send_all(what, route, count, |at| {
        let asks = what == What::Rate && at % ASK == 0;
        (!asks || wait_until(|| writer.pressure() != Pressure::Full))
            && writer.emit(&Record64::new(at)).is_ok()
    });
    writer.close();
    second.figure(what, route, count).filter(|_| sent)
}

/// The floor: words of shared memory, and nothing else.
fn floor(what: What, route: &Route, (words, place): (&[AtomicU64], &OsStr)) -> Option<f64> {
    let count = if what == What::Rate { MANY } else { FEW };
    let mut sender = Sender::new(words);
    let second = Second::start(("floor", place), what, route, Stdio::null()).ok()?;
    let sent = send_all(what, route, count, |at| {
        let ticks = if what == What::Latency { CycleCounter.ticks() } else { 7 };
        let record = std::array::from_fn(|word| if word == 1 { ticks } else { at + word as u64 });
        sender.send(record) || wait_until(|| sender.send(record))
    });
    let ended = wait_until(|| sender.end());
    second.figure(what, route, count).filter(|_| sent && ended)
}

/// Bytes through the kernel: a pipe, or a socket.
fn stream(what: What, route: &Route, mut output: impl Write, input: impl Into<Stdio>) -> Option<f64> {
    let count = if what == What::Rate { SOME } else { FEW };
    let second = Second::start(("stream", OsStr::new("-")), what, route, input).ok()?;
    let sent = send_all(what, route, count, |at| {
        let mut record: [u64; 8] = std::array::from_fn(|word| at + word as u64);
        record[1] = if what == What::Latency { CycleCounter.ticks() } else { 7 };
        output.write_all(record.as_bytes()).is_ok()
    });
    drop(output);
    second.figure(what, route, count).filter(|_| sent)
}

fn pipe(what: What, route: &Route) -> Option<f64> {
    let (input, output): (_, PipeWriter) = io::pipe().ok()?;
    stream(what, route, output, input)
}

fn socket(what: What, route: &Route) -> Option<f64> {
    let (output, input) = UnixStream::pair().ok()?;
    stream(what, route, output, OwnedFd::from(input))
}

/// Makes the memory of the floor, and says by which path another process finds it.
fn shared_words() -> io::Result<(OwnedFd, PathBuf)> {
    let file = memfd_create("testimony-floor", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    ftruncate(&file, (WORDS * size_of::<u64>()) as u64)?;
    fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW)?;
    let path = PathBuf::from(format!("/proc/{}/fd/{}", id(), file.as_raw_fd()));
    Ok((file, path))
}

/// How many records reach another process, and how long each is under way.
pub fn to_another() -> Vec<Row> {
    let claim = "to another process";
    let Some((writer, reader)) = nearest(&allowed()) else {
        return vec![Row::not_measured(claim, "it takes two processors")];
    };
    let _ = keep_to(writer);
    let route = Route { writer, reader, scale: ticks_of_nanosecond() };
    let shared = shared_words().and_then(|(file, path)| Ok((ffi::share(file.as_fd(), WORDS)?, file, path)));
    let Ok((words, _file, path)) = shared else {
        return vec![Row::not_measured(claim, "there is no shared memory")];
    };
    let shared = (words, path.as_os_str());
    let (plain, ours) = ("shared-memory floor", "a lane that drains");
    let pair = (route.writer, route.reader);
    let table = |name, unit, what, goal| {
        Turns::new(name, unit, pair)
            .with(plain, || floor(what, &route, shared))
            .with(ours, || match what {
                What::Rate => ring(what, &route, || 7),
                What::Latency => ring(what, &route, CycleCounter),
            })
            .against(ours, plain, goal)
            .run()
    };
    // The kernel is slow: in a table of its own it keeps nobody else waiting while the processors move.
    let kernel = |name, unit, what| {
        let turns = Turns::new(name, unit, pair).with("pipe", || pipe(what, &route));
        turns.with("unix socket", || socket(what, &route)).run()
    };
    let (rate, latency) = ("to another process", "to another process, under way");
    [
        table(rate, "M/s", What::Rate, Goal::AtLeastOrFloor(40.0)),
        kernel("to another process, by the kernel", "M/s", What::Rate),
        table(latency, "ns", What::Latency, Goal::RatioAtMost(1.5)),
        kernel("under way, by the kernel", "ns", What::Latency),
    ]
    .concat()
}
