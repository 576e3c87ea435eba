//! `cargo xtask bench`: the table.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use measures::row::Row;
use measures::{compile, cost, demo, drain, harness, headers, lanes, law, live, read, write};

/// Prints every figure beside its peers, as ratios of this run.
#[derive(Parser)]
#[command(name = "cargo xtask bench", bin_name = "cargo xtask bench")]
struct Cli {
    /// One JSON object a line instead of a table: claim, median, min, max, unit, ratio, goal, met.
    #[arg(long)]
    json: bool,
    /// Only this group.
    #[arg(long, value_name = "GROUP", value_parser = GROUPS)]
    claim: Option<String>,
}

const GROUPS: [&str; 14] = [
    "write", "ticks", "refused", "read", "lttng", "cost", "live", "lanes", "drain", "process", "compile",
    "headers", "law", "demo",
];

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(arguments) = measures::second::arguments() {
        return match measures::second::run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: the second process: {error}");
                ExitCode::from(2)
            }
        };
    }
    let cli = Cli::parse();
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    if !cli.json {
        println!(
            "{:<58} {:>12} {:>12} {:>12} {:<10} {:>9} {:>10} met",
            "claim", "median", "min", "max", "unit", "ratio", "goal"
        );
    }
    for group in GROUPS.iter().filter(|group| cli.claim.as_ref().is_none_or(|claim| claim == *group)) {
        let measure = || match *group {
            "write" => write::without_clock(),
            "ticks" => write::with_clock(),
            "refused" => write::refused_and_disabled(),
            "read" => [read::in_cache(), read::from_memory()].concat(),
            "lttng" => beside_lttng(),
            "cost" => cost::share(),
            "live" => live::readers(),
            "lanes" => lanes::four(),
            "drain" => drain::against_overwrite(),
            "process" => to_another_process(),
            "compile" => compile::in_turns(&root),
            "headers" => headers::against_cbindgen(&root),
            "law" => law::all_pairs(),
            _ => demo::books(&root),
        };
        // What compiles may use every processor; `headers`, and who measures threads, pin what they time.
        let pinned = !matches!(
            *group,
            "cost" | "live" | "lanes" | "drain" | "process" | "compile" | "headers" | "demo"
        );
        let rows = harness::on_own_thread(pinned, measure);
        let Some(rows) = rows else {
            eprintln!("error: measuring `{group}` panicked");
            return ExitCode::from(2);
        };
        for row in &rows {
            print(row, cli.json);
        }
    }
    ExitCode::SUCCESS
}

#[cfg(target_os = "linux")]
fn to_another_process() -> Vec<Row> {
    measures::process::to_another()
}

/// What serves a region and maps it is there for Linux only.
#[cfg(not(target_os = "linux"))]
fn to_another_process() -> Vec<Row> {
    vec![Row::not_measured("to another process", "this is not Linux")]
}

#[cfg(target_os = "linux")]
fn beside_lttng() -> Vec<Row> {
    measures::lttng::beside()
}

/// LTTng is there for Linux only.
#[cfg(not(target_os = "linux"))]
fn beside_lttng() -> Vec<Row> {
    vec![Row::not_measured("beside LTTng-UST", "this is not Linux")]
}

fn print(row: &Row, json: bool) {
    if json {
        // A row is numbers and text: it can always be written.
        println!("{}", serde_json::to_string(row).unwrap_or_default());
    } else {
        println!("{}", row.to_line());
    }
}
