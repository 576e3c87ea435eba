//! The tool a person runs.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use abi_schema::PrintableDisplay;
use clap::{Parser, Subcommand, ValueEnum};
use dext_bindings::{Address, Wish};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use testimony::attach::{Pace, Session};
use testimony::leave::Leave;
use testimony::legend::Legend;
use testimony::line::{Format, Lines};
use testimony::time::Time;

/// Sees what drivers testify.
///
/// Exit status: 0 the books of every lane close, 1 they do not, 2 it failed.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Attach to a driver and show its records and gaps, then the books of every lane.
    Attach(Attach),
}

#[derive(Debug, clap::Args)]
struct Attach {
    /// The driver: the path of its socket, or `dext:NAME`, a DriverKit extension by the class of its service.
    #[arg(value_name = "DRIVER")]
    driver: OsString,
    /// Lines for people, or one JSON object a line.
    #[arg(long, value_enum, default_value_t = ChosenFormat::Text)]
    format: ChosenFormat,
    /// Leave after so many seconds; otherwise when the driver closes its region or is gone, or at Ctrl-C.
    #[arg(long, value_parser = seconds)]
    duration: Option<Duration>,
    /// Show the values that the catalog calls private.
    #[arg(long)]
    show_private: bool,
    /// Have lanes that drain wait for this reader, until it is so many bytes behind.
    #[arg(long, value_name = "BYTES")]
    drain: Option<u64>,
    /// Sleep until the driver rings, instead of looking every few milliseconds.
    #[arg(long)]
    doorbell: bool,
    /// Take at most so many records a second from each lane.
    #[arg(long, value_name = "RECORDS", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ChosenFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| format!("`{text}` seconds: {error}"))
}

fn main() -> ExitCode {
    let Command::Attach(arguments) = Arguments::parse().command;
    match attach(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            // Where standard error takes no more, the status alone says it.
            let _ = writeln!(io::stderr(), "error: {}", PrintableDisplay(&error));
            ExitCode::from(2)
        }
    }
}

fn attach(arguments: &Attach) -> Result<bool, Box<dyn Error>> {
    let wish = Wish { drain: arguments.drain, doorbell: arguments.doorbell };
    let attached = Address::parse(&arguments.driver).attach(wish)?;
    let legend = Legend::read(&Session::catalogs(&attached.region()))?;
    let format = match arguments.format {
        ChosenFormat::Text => Format::Text,
        ChosenFormat::Json => Format::Json,
    };
    let time = Time::of_region(attached.region().header());
    let lines = Lines::new(&legend, time, format, arguments.show_private);
    let deadline = match arguments.duration {
        None => None,
        Some(duration) => {
            Some(Instant::now().checked_add(duration).ok_or("--duration is longer than time itself")?)
        }
    };
    let leave = Leave::new(deadline, asked_to_leave()?);
    let pace = Pace { leave, doorbell: arguments.doorbell, rate: arguments.rate };
    let mut out = BufWriter::new(io::stdout().lock());
    match Session::new(&*attached).run(&lines, &mut out, &pace) {
        // The other end of the pipe has seen enough; the books were not printed, so they did not close.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        ended => Ok(ended?),
    }
}

/// Returns a flag that SIGINT and SIGTERM set: the account is printed then. A second signal ends the program at
/// once, as it would without a handler.
fn asked_to_leave() -> io::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag unset.
        flag::register_conditional_default(signal, Arc::clone(&asked))?;
        flag::register(signal, Arc::clone(&asked))?;
    }
    Ok(asked)
}
