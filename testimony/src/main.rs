//! The tool a person runs.

use std::error::Error;
#[cfg(target_os = "linux")]
use std::io::{self, BufWriter};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};

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
    /// The driver's socket.
    socket: PathBuf,
    /// Lines for people, or one JSON object a line.
    #[arg(long, value_enum, default_value_t = ChosenFormat::Text)]
    format: ChosenFormat,
    /// Leave after so many seconds; otherwise when the driver closes its region or is gone.
    #[arg(long, value_parser = seconds)]
    duration: Option<Duration>,
    /// Show the values that the catalog calls private.
    #[arg(long)]
    show_private: bool,
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
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn attach(arguments: &Attach) -> Result<bool, Box<dyn Error>> {
    use std::time::Instant;

    use testimony::attach::Session;
    use testimony::legend::Legend;
    use testimony::line::{Format, Lines};

    let attachment = dext_bindings::linux::attach(&arguments.socket)?;
    let region = attachment.region();
    let legend = Legend::read(&Session::catalogs(&region))?;
    let format = match arguments.format {
        ChosenFormat::Text => Format::Text,
        ChosenFormat::Json => Format::Json,
    };
    let lines = Lines { legend: &legend, format, show_private: arguments.show_private };
    let deadline = match arguments.duration {
        None => None,
        Some(duration) => {
            Some(Instant::now().checked_add(duration).ok_or("--duration is longer than time itself")?)
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let gone = || !attachment.driver_is_alive();
    match Session::new(region).run(&lines, &mut out, gone, deadline) {
        // Whoever read the lines has seen enough; the books were not told, so they did not close.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        ended => Ok(ended?),
    }
}

#[cfg(not(target_os = "linux"))]
fn attach(_arguments: &Attach) -> Result<bool, Box<dyn Error>> {
    Err("attaching works on Linux in this version; the reader for macOS is a later part".into())
}
