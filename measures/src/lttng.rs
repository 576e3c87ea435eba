//! LTTng-UST beside the writer, and babeltrace2 beside the reader, where they are installed.
//!
//! Its clock is `CLOCK_MONOTONIC`, and so is that of the writer that is compared with it like for like. Its
//! session is begun and ended here, whatever happens in between.

use std::fs;
use std::hint::black_box;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::clock::{Clock, CycleCounter};
use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;
use abi_runtime::writer::Writer;
use dext_bindings::linux::MonotonicClock;

use crate::read::in_cache;
use crate::region::{Record64, Words};
use crate::row::{Goal, Row, spread};

/// Records of one turn.
const COUNT: u64 = 100_000;
/// Turns of each.
const ROUNDS: usize = 11;
/// Records of the trace that babeltrace2 decodes.
const DECODED: u64 = 1_000_000;
/// How long the session daemon may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How to get both.
const INSTALL: &str = "apt-get install gcc lttng-tools liblttng-ust-dev babeltrace2";

/// Writing, being refused, and reading, beside LTTng and babeltrace2.
pub fn beside() -> Vec<Row> {
    match measure() {
        Ok(rows) => rows,
        Err(why) => {
            let row = |claim: &str| Row::not_measured(claim, &why);
            vec![
                row("64 B beside LTTng-UST"),
                row("refused beside LTTng-UST"),
                row("read beside babeltrace2"),
            ]
        }
    }
}

fn measure() -> Result<Vec<Row>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let daemon = Daemon::start(folder.path())?;
    let program = compile(folder.path())?;
    let mut rows = written(&daemon, &program)?;
    rows.extend(refused(&daemon, &program)?);
    rows.extend(decoded(&daemon, &program, folder.path())?);
    Ok(rows)
}

/// The session daemon, with a home of its own. Stopped when dropped.
struct Daemon {
    child: Child,
    home: PathBuf,
}

impl Daemon {
    fn start(folder: &Path) -> Result<Self, String> {
        let home = folder.join("home");
        fs::create_dir(&home).map_err(|error| error.to_string())?;
        let child = Command::new("lttng-sessiond")
            .arg("--no-kernel")
            .env("LTTNG_HOME", &home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| format!("LTTng is not installed: {INSTALL}"))?;
        let daemon = Self { child, home };
        let begin = Instant::now();
        while let Err(error) = daemon.lttng(&["list"]) {
            if begin.elapsed() > PATIENCE {
                return Err(error);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(daemon)
    }

    fn lttng(&self, arguments: &[&str]) -> Result<(), String> {
        let output = Command::new("lttng")
            .args(["--no-sessiond", "--quiet"])
            .args(arguments)
            .env("LTTNG_HOME", &self.home)
            .output()
            .map_err(|_| format!("LTTng is not installed: {INSTALL}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("lttng {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()))
    }

    /// Begins a session with one channel, in which `record` is traced. Ended when dropped.
    fn session(&self, output: &[&str], channel: &[&str]) -> Result<Session<'_>, String> {
        self.lttng(&[&["create", NAME], output].concat())?;
        let session = Session(self);
        self.lttng(&[&["enable-channel", "--userspace", "channel"], channel].concat())?;
        self.lttng(&["enable-event", "--userspace", "measures:record", "--channel", "channel"])?;
        self.lttng(&["start"])?;
        Ok(session)
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // SIGTERM, so that it takes its consumers along.
        let id = i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw);
        let _ = id.map(|id| rustix::process::kill_process(id, rustix::process::Signal::TERM));
        let _ = self.child.wait();
    }
}

const NAME: &str = "measures";

struct Session<'d>(&'d Daemon);

impl Drop for Session<'_> {
    fn drop(&mut self) {
        let _ = self.0.lttng(&["destroy", NAME]);
    }
}

/// The program that writes records by LTTng-UST.
struct Theirs {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Theirs {
    fn start(program: &Path, daemon: &Daemon, count: u64) -> Result<Self, String> {
        let mut child = Command::new(program)
            .arg(count.to_string())
            .env("LTTNG_HOME", &daemon.home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let (asks, answers) = (child.stdin.take(), child.stdout.take());
        let (Some(asks), Some(answers)) = (asks, answers) else {
            return Err("the program has no pipes".to_owned());
        };
        Ok(Self { child, asks, answers: BufReader::new(answers) })
    }

    /// Writes once; returns nanoseconds a record.
    fn turn(&mut self) -> Result<f64, String> {
        writeln!(self.asks).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        line.trim().parse().map_err(|_| format!("the program said `{}`", line.trim()))
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn compile(folder: &Path) -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("c/lttng");
    let program = folder.join("record");
    let output = Command::new("cc")
        .args(["-O2", "-I"])
        .arg(&source)
        .arg(source.join("record.c"))
        .arg("-o")
        .arg(&program)
        .args(["-llttng-ust", "-ldl"])
        .output()
        .map_err(|_| format!("there is no C compiler: {INSTALL}"))?;
    if output.status.success() {
        return Ok(program);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {INSTALL}", words.lines().next().unwrap_or("it does not compile")))
}

/// One turn of ours; returns nanoseconds a record.
fn ours(writer: &Writer<'_, impl Clock>) -> f64 {
    let begin = Instant::now();
    for at in 0..COUNT {
        let _ = black_box(writer.emit(&Record64::new(at)));
    }
    begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64
}

/// One turn of the clock alone.
fn read(clock: &impl Clock) -> f64 {
    let begin = Instant::now();
    for _ in 0..COUNT {
        black_box(clock.ticks());
    }
    begin.elapsed().as_secs_f64() * 1e9 / COUNT as f64
}

fn written(daemon: &Daemon, program: &Path) -> Result<Vec<Row>, String> {
    let channel = ["--overwrite", "--subbuf-size=256k", "--num-subbuf=4"];
    let _session = daemon.session(&["--snapshot"], &channel)?;
    let mut theirs = Theirs::start(program, daemon, COUNT)?;
    let words = Words::new();
    let region = words.format();
    let lane = LaneConfig::new("rust", Policy::Overwrite);
    let monotonic = region.open_lane(0, &lane, MonotonicClock).map_err(|error| error.to_string())?;
    let ticks = region.open_lane(1, &lane, CycleCounter).map_err(|error| error.to_string())?;
    let mut samples = [const { Vec::new() }; 5];
    for round in 0..=ROUNDS {
        let turn =
            [theirs.turn()?, read(&MonotonicClock), ours(&monotonic), read(&CycleCounter), ours(&ticks)];
        if round > 0 {
            for (samples, nanoseconds) in samples.iter_mut().zip(turn) {
                samples.push(nanoseconds);
            }
        }
    }
    let floor = Some(spread(&samples[0]).0);
    let row = |claim, samples: &Vec<f64>, floor, goal| Row::new(claim, samples, "ns/record", floor, goal);
    Ok(vec![
        row("64 B: LTTng-UST, overwriting", &samples[0], None, Goal::None),
        row("64 B, CLOCK_MONOTONIC: the clock alone", &samples[1], floor, Goal::None),
        row("64 B, CLOCK_MONOTONIC: Rust writer", &samples[2], floor, Goal::RatioAtMost(0.25)),
        row("64 B, ticks: the clock alone", &samples[3], floor, Goal::None),
        row("64 B, ticks: Rust writer over LTTng-UST", &samples[4], floor, Goal::RatioAtMost(0.1)),
    ])
}

fn refused(daemon: &Daemon, program: &Path) -> Result<Vec<Row>, String> {
    // Nobody takes anything out: the first turn fills it.
    let channel = ["--discard", "--subbuf-size=256k", "--num-subbuf=4"];
    let _session = daemon.session(&["--no-output"], &channel)?;
    let mut theirs = Theirs::start(program, daemon, COUNT)?;
    let words = Words::new();
    let region = words.format();
    let lane = LaneConfig::new("rust", Policy::Fill);
    let full = region.open_lane(0, &lane, MonotonicClock).map_err(|error| error.to_string())?;
    let mut samples = [const { Vec::new() }; 2];
    for round in 0..=ROUNDS {
        let turn = [theirs.turn()?, ours(&full)];
        if round > 0 {
            for (samples, nanoseconds) in samples.iter_mut().zip(turn) {
                samples.push(nanoseconds);
            }
        }
    }
    let floor = Some(spread(&samples[0]).0);
    Ok(vec![
        Row::new("refused: LTTng-UST, discarding", &samples[0], "ns/record", None, Goal::None),
        Row::new(
            "refused, CLOCK_MONOTONIC: Rust writer",
            &samples[1],
            "ns/record",
            floor,
            Goal::RatioAtMost(1.0),
        ),
    ])
}

/// babeltrace2 decodes a trace of the same records; the reader reads a lane.
fn decoded(daemon: &Daemon, program: &Path, folder: &Path) -> Result<Vec<Row>, String> {
    let trace = folder.join("trace");
    {
        let output = format!("--output={}", trace.display());
        let _session = daemon.session(&[&output], &["--discard", "--subbuf-size=4M", "--num-subbuf=64"])?;
        Theirs::start(program, daemon, DECODED)?.turn()?;
    }
    let text = babeltrace(&trace, &[])?;
    let dropped = babeltrace(&trace, &["--component=sink.utils.dummy"])?;
    let ours = in_cache();
    let ours = ours.iter().find(|row| row.unit == "M/s").map_or(f64::NAN, |row| row.median);
    let floor = Some(spread(&dropped).0);
    Ok(vec![
        Row::new("read: babeltrace2, as text", &text, "M/s", None, Goal::None),
        Row::new("read: babeltrace2, decoded and dropped", &dropped, "M/s", None, Goal::None),
        Row::new("read: copied, validated, two fields", &[ours], "M/s", floor, Goal::RatioAtLeast(100.0)),
    ])
}

/// Millions of records a second, by a whole run of babeltrace2, of which the records' share is all but its start.
fn babeltrace(trace: &Path, more: &[&str]) -> Result<Vec<f64>, String> {
    let run = || {
        let begin = Instant::now();
        let status = Command::new("babeltrace2")
            .args(more)
            .arg(trace)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|_| format!("babeltrace2 is not installed: {INSTALL}"))?;
        let millions = DECODED as f64 / begin.elapsed().as_secs_f64() / 1e6;
        if status.success() { Ok(millions) } else { Err("babeltrace2 failed".to_owned()) }
    };
    (0..5).map(|_| run()).collect()
}
