//! Attaches to a driver, shows records, gaps and rates, and states the books of every lane.
//!
//! Exit status: 0 the books close, 1 they do not, 2 it failed.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
use std::{
    error::Error,
    path::PathBuf,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
};

#[cfg(target_os = "linux")]
use clap::Parser;
#[cfg(target_os = "linux")]
use dext_bindings::linux::attach;
#[cfg(target_os = "linux")]
use process_watch::{display::Display, output, privilege, reading::Reading, statement::ReaderStatement};

#[cfg(target_os = "linux")]
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

/// Attaches to a driver, shows records, gaps and rates, and states the books of every lane.
#[cfg(target_os = "linux")]
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The driver's socket.
    socket: PathBuf,
    /// Become this user and group before anything else; only root can.
    #[arg(long)]
    user: Option<u32>,
    /// How many records of each lane to show a second.
    #[arg(long, default_value_t = 10)]
    show: u32,
    /// Print `attached`, and at the end the books as one line of JSON, on standard output.
    #[arg(long)]
    statement: bool,
}

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => output::failed("reader", &*error),
    }
}

#[cfg(target_os = "linux")]
fn run(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    if let Some(user) = arguments.user {
        privilege::become_user(user)?;
    }
    let attachment = attach(&arguments.socket)?;
    let asked = asked_to_leave()?;
    let reading = Reading::new(attachment.region())?;
    let uid = privilege::uid();
    let bytes = attachment.mapped_bytes();
    output::error_line(&format!("reader: attached as user {uid}, {bytes} bytes mapped read-only"));
    if arguments.statement {
        output::line("attached")?;
    }
    let mut display = Display::on_stderr(arguments.show);
    // The flag carries no data, so it needs no ordering.
    let leave = || asked.load(Ordering::Relaxed);
    let lanes = reading.run(&mut display, || !attachment.driver_is_alive(), leave)?;
    display.end();
    let close = lanes.iter().all(process_watch::statement::LaneDelivered::closes);
    for lane in &lanes {
        output::error_line(&lane.to_string());
    }
    if arguments.statement {
        output::line(&serde_json::to_string(&ReaderStatement { uid, lanes })?)?;
    }
    Ok(close)
}

/// Returns a flag that SIGINT and SIGTERM set: the reader then states what it has read. A second signal ends it at
/// once.
#[cfg(target_os = "linux")]
fn asked_to_leave() -> std::io::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag unset.
        flag::register_conditional_default(signal, Arc::clone(&asked))?;
        flag::register(signal, Arc::clone(&asked))?;
    }
    Ok(asked)
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    process_watch::output::failed("reader", &process_watch::NOT_HERE)
}
