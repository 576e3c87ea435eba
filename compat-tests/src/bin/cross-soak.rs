//! Runs very many random scripts with the writer in Rust and with the one in C, on this machine and, a
//! twentieth of them, on aarch64; compares every byte that they leave (REG-12 to REG-26, REG-43 to REG-48).
//!
//! Exit status: 0 nothing differs, 1 something does, 2 something is missing.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use clap::Parser;
use compat_tests::compilers::Language;
use compat_tests::cross::soak::soak;
use compat_tests::cross::target::{Target, Workshop};

/// Compare what the writers in Rust and in C leave of random scripts.
#[derive(Parser)]
#[command(name = "cross-soak")]
struct Cli {
    /// How many scripts on this machine.
    #[arg(default_value_t = 1_000_000)]
    scripts: u64,
    /// Number of the first script.
    #[arg(long, default_value_t = 0)]
    first: u64,
}

/// Operations of each script.
const OPERATIONS: u64 = 120;
/// Of so many scripts one also runs on aarch64, which is emulated.
const AARCH64_SHARE: u64 = 20;

const TARGETS: [(&str, Target, u64); 2] = [
    (
        "this machine",
        Target { compilers: &["gcc"], language: Language::C, flags: &["-std=c11"], runner: &[] },
        1,
    ),
    (
        "aarch64",
        Target {
            compilers: &["aarch64-linux-gnu-gcc"],
            language: Language::C,
            flags: &["-std=c11"],
            runner: &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
        },
        AARCH64_SHARE,
    ),
];

fn main() -> ExitCode {
    let cli = Cli::parse();
    let workshop = Workshop::of_scripts();
    for (name, target, share) in TARGETS {
        let start = Instant::now();
        let scripts = cli.scripts.div_ceil(share);
        let done = AtomicU64::new(0);
        let told = |count| {
            let done = done.fetch_add(count, Ordering::Relaxed) + count;
            progress(name, start.elapsed(), done, scripts);
        };
        match soak(&target, &workshop, cli.first..cli.first + scripts, OPERATIONS, told) {
            Ok(bytes) => {
                let seconds = start.elapsed().as_secs_f64();
                println!("{name}: {scripts} scripts, {bytes} bytes, none differs; {seconds:.1} s");
            }
            Err(error) if error.starts_with("NOT CHECKED") => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
            Err(error) => {
                eprintln!("error: {name}: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Tells on standard error, now and then, how far it is.
fn progress(name: &str, elapsed: Duration, done: u64, scripts: u64) {
    if done.is_multiple_of(50_000) && done < scripts {
        eprintln!("{name}: {done} of {scripts} scripts, {} s", elapsed.as_secs());
    }
}
