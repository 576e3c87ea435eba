//! Observes processes, or where that is not allowed a directory tree, and serves what it sees.
//!
//! Prints `ready SOURCE` on standard output once it serves, and its account as one line of JSON
//! when it ends. Exit status: 0 it was asked to end, 2 it failed.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser;
    use process_watch::configuration::Configuration;
    use process_watch::service;

    let configuration = Configuration::parse();
    let ended = service::run(&configuration, |source| {
        eprintln!("driver: observes {source}; readers attach to {}", configuration.socket.display());
        println!("ready {}", source.kind().name());
    });
    let said = ended
        .map_err(|error| error.to_string())
        .and_then(|statement| serde_json::to_string(&statement).map_err(|error| error.to_string()));
    match said {
        Ok(statement) => {
            println!("{statement}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: driver: {error}");
            ExitCode::from(2)
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("error: {}", process_watch::NOT_HERE);
    ExitCode::from(2)
}
