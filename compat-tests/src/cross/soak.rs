//! Very many random scripts, by both writers.

use std::io::{BufReader, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::compare::compare;
use super::random;
use super::target::{Target, Workshop};

/// Scripts that one process of the other writer runs: what a failure may lose sight of.
const CHUNK: u64 = 500;

/// Runs the random scripts of `seeds`, each `operations` long, with the writer in Rust and with the one that
/// `target` builds, and compares what they leave. Returns how many bytes were compared.
///
/// # Errors
///
/// As [`compare`] and [`Target::build`], or how the other process failed.
///
/// # Panics
///
/// A random script is not one that can be run.
pub fn soak(
    target: &Target,
    workshop: &Workshop,
    seeds: Range<u64>,
    operations: u64,
    told: impl Fn(u64) + Sync,
) -> Result<u64, String> {
    let program = target.build("script.c", workshop)?;
    let next = AtomicU64::new(seeds.start);
    let work = || {
        let mut compared = 0;
        loop {
            let first = next.fetch_add(CHUNK, Ordering::Relaxed);
            if first >= seeds.end {
                return Ok(compared);
            }
            let chunk = first..seeds.end.min(first + CHUNK);
            let count = chunk.end - chunk.start;
            compared += run(target, workshop, &program, chunk, operations)
                .inspect_err(|_| next.store(seeds.end, Ordering::Relaxed))?;
            told(count);
        }
    };
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    thread::scope(|scope| {
        let started: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        started.into_iter().map(|worker| worker.join().expect("a script is as it should be")).sum()
    })
}

/// Lets one process of the other writer run `seeds`.
fn run(
    target: &Target,
    workshop: &Workshop,
    program: &Path,
    seeds: Range<u64>,
    operations: u64,
) -> Result<u64, String> {
    let mut command = target.command(program);
    command.args(["instrument", "catalog"].map(|name| workshop.path(name)));
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child =
        spawned.map_err(|error| format!("NOT CHECKED: {command:?} cannot be started: {error}"))?;
    let compared = thread::scope(|scope| {
        let stdin = child.stdin.take().expect("it was asked for");
        let feed = seeds.clone();
        scope.spawn(move || write(stdin, feed, operations));
        let compared = read(&mut child, seeds, operations);
        if compared.is_err() {
            // Whoever still writes to it is told.
            let _gone = child.kill();
        }
        compared
    });
    let status = child.wait().map_err(|error| format!("{command:?} cannot be waited for: {error}"))?;
    match compared {
        Ok(compared) if status.success() => Ok(compared),
        Ok(_) => Err(format!("{command:?} failed: {status}")),
        Err(error) => Err(error),
    }
}

fn read(child: &mut Child, seeds: Range<u64>, operations: u64) -> Result<u64, String> {
    let mut outcomes = BufReader::new(child.stdout.take().expect("it was asked for"));
    compare(seeds.map(|seed| random::script(seed, operations)), &mut outcomes)
}

/// Writes the scripts, as far as somebody reads them: what is missing at the other end is found there.
fn write(stdin: ChildStdin, seeds: Range<u64>, operations: u64) {
    let mut stdin = BufWriter::new(stdin);
    for seed in seeds {
        if write!(stdin, "{}", random::script(seed, operations)).is_err() {
            return;
        }
    }
    let _told_by_the_reader = stdin.flush();
}
