//! Observes processes, or where that is not allowed a directory tree, and serves what it sees.
//!
//! Prints `ready SOURCE` on standard output once it serves, and its account as one line of JSON
//! when it ends. Exit status: 0 it was asked to end, 2 it failed.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    use clap::Parser;
    use process_watch::configuration::Configuration;
    use process_watch::{output, service};

    let configuration = Configuration::parse();
    let ended = service::run(&configuration, |source| {
        let socket = configuration.socket.display();
        output::error_line(&format!("driver: observes {source}; readers attach to {socket}"));
        // Whoever waits for this line and does not get it stops waiting by a deadline of its own.
        if let Err(error) = output::line(&format!("ready {}", source.kind().name())) {
            output::error_line(&format!("driver: cannot write to standard output: {error}"));
        }
    });
    let said = ended
        .map_err(|error| error.to_string())
        .and_then(|statement| serde_json::to_string(&statement).map_err(|error| error.to_string()));
    match said {
        Ok(statement) => output::line(&statement)
            .map_or_else(|error| output::failed("driver", &error), |()| ExitCode::SUCCESS),
        Err(error) => output::failed("driver", &error),
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    process_watch::output::failed("driver", &process_watch::NOT_HERE)
}
