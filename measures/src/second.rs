//! The process at the other end: this program, started anew.
//!
//! It says `ready` once it reads, and at the end how many records it took, how many are missing, and its
//! figure: nanoseconds from the first record to the last, or the median of ticks that a record was under way.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::path::Path;
use std::time::Instant;

use abi_runtime::clock::{Clock as _, CycleCounter};
use abi_runtime::item::{Item, Next};
use abi_runtime::reader::{LaneReader, Start};
use dext_bindings::linux::{Wish, attach_with};
use rustix::process::{Signal, set_parent_process_death_signal};

use crate::following::{pause, take};
use crate::region::SHAPE;
use crate::spsc::{Receiver, WORDS};
use crate::{ffi, processors};

/// The argument by which this program knows that it is the second process.
pub const ARGUMENT: &str = "--second-process";
/// Bytes of a record.
pub const RECORD: usize = 64;
/// Records that are not counted when it is measured how long they are under way: caches and pages are cold.
const COLD: usize = 200;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// How many records arrive in a second.
    Rate,
    /// How long a record is under way.
    Latency,
}

/// What the second process says at the end.
struct Said {
    records: u64,
    missing: u64,
    figure: u64,
}

/// Returns what this process is to do as the second one, if it is that: the arguments behind the first.
pub fn arguments() -> Option<Vec<String>> {
    let mut arguments = std::env::args().skip(1);
    (arguments.next()? == ARGUMENT).then(|| arguments.collect())
}

/// Reads as `arguments` say: what is read, where it is, what is measured, and on which processor.
///
/// # Errors
///
/// Says what could not be read.
pub fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    // Who waits for records of a process that was killed would keep its processor for ever.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let [kind, place, what, processor] = arguments else { return Err("four arguments are needed".into()) };
    if !processors::keep_to(processor.parse()?) {
        return Err("it cannot be kept on its processor".into());
    }
    let what = if what == "rate" { What::Rate } else { What::Latency };
    let said = match kind.as_str() {
        "ring" => ring(Path::new(place), what)?,
        "floor" => floor(Path::new(place), what)?,
        _ => stream(what)?,
    };
    println!("{} {} {}", said.records, said.missing, said.figure);
    Ok(())
}

fn ready() -> io::Result<()> {
    println!("ready");
    io::stdout().flush()
}

/// Nanoseconds since the first record was seen.
fn since(first: Option<Instant>) -> u64 {
    first.map_or(0, |first| u64::try_from(first.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// How long records were under way, in ticks.
#[derive(Default)]
struct Journeys(Vec<u64>);

impl Journeys {
    /// A record that was sent at `ticks` is here.
    fn arrived(&mut self, ticks: u64) {
        self.0.push(CycleCounter.ticks().wrapping_sub(ticks));
    }

    fn said(self, missing: u64) -> Said {
        let records = self.0.len() as u64;
        let mut warm = self.0.get(COLD..).unwrap_or_default().to_vec();
        warm.sort_unstable();
        Said { records, missing, figure: warm.get(warm.len() / 2).copied().unwrap_or(0) }
    }
}

/// Reads a lane, which waits for this reader.
fn ring(socket: &Path, what: What) -> Result<Said, Box<dyn Error>> {
    let attachment = attach_with(socket, Wish { drain: Some(u64::MAX), doorbell: false })?;
    let buffer = vec![0; SHAPE.block_size as usize / size_of::<u64>()];
    let mut lane = LaneReader::open(&attachment.region(), 0, Start::Oldest, buffer)?;
    let page = attachment.draining().ok_or("there is no release page")?.page();
    page.release(0, lane.position());
    attachment.serve()?;
    ready()?;
    if what == What::Latency {
        let mut journeys = Journeys::default();
        loop {
            match lane.next() {
                Next::Item(Item::Record(record)) => journeys.arrived(record.header.ticks),
                Next::Item(_) | Next::Pending => {}
                Next::Closed => return Ok(journeys.said(lane.books().missing())),
            }
        }
    }
    let mut first = None;
    loop {
        let last = lane.is_closed();
        let behind = lane.behind();
        if behind > 0 {
            first.get_or_insert_with(Instant::now);
        }
        take(&mut lane, behind);
        page.release(0, lane.position());
        if last {
            let books = lane.books();
            return Ok(Said { records: books.delivered, missing: books.missing(), figure: since(first) });
        }
        pause(behind / RECORD as u64, 1);
    }
}

/// Reads plain words.
fn floor(file: &Path, what: What) -> Result<Said, Box<dyn Error>> {
    let file = File::options().read(true).write(true).open(file)?;
    let mut receiver = Receiver::new(ffi::share(file.as_fd(), WORDS)?);
    ready()?;
    if what == What::Latency {
        let mut journeys = Journeys::default();
        while receiver.take(|record| journeys.arrived(record[1])).is_some() {}
        return Ok(journeys.said(0));
    }
    let (mut first, mut records, mut sum) = (None, 0, 0_u64);
    while let Some(count) = receiver.take(|record| {
        first.get_or_insert_with(Instant::now);
        records += 1;
        sum = sum.wrapping_add(record[2]).wrapping_add(record[3]);
    }) {
        pause(count, 1);
    }
    black_box(sum);
    Ok(Said { records, missing: 0, figure: since(first) })
}

/// Reads records one after the other from a pipe or a socket, which is this process's input.
fn stream(what: What) -> Result<Said, Box<dyn Error>> {
    let mut input = io::stdin().lock();
    ready()?;
    if what == What::Latency {
        let mut journeys = Journeys::default();
        let mut record = [0; RECORD];
        while input.read_exact(&mut record).is_ok() {
            let (_, [ticks, ..]) = record.as_chunks::<8>().0.split_at(1) else { break };
            journeys.arrived(u64::from_le_bytes(*ticks));
        }
        return Ok(journeys.said(0));
    }
    let (mut first, mut bytes, mut buffer) = (None, 0, vec![0; 1 << 16]);
    loop {
        let read = input.read(&mut buffer)?;
        first.get_or_insert_with(Instant::now);
        if read == 0 {
            return Ok(Said { records: bytes / RECORD as u64, missing: 0, figure: since(first) });
        }
        bytes += read as u64;
        black_box(&buffer);
    }
}
