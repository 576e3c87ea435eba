//! A process of the demo's, and the lines that it says.

use std::fmt;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// One process with a part in the demo. It is killed if it is dropped before it has ended.
#[derive(Debug)]
pub struct Party {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<io::Result<String>>,
}

/// A party did not do its part.
#[derive(Debug)]
pub enum PartyError {
    /// Its program is not beside this one.
    Missing {
        /// Where it should be.
        program: PathBuf,
    },
    /// It could not be started.
    Start {
        /// Its name.
        name: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// It said nothing in time, or ended without saying it.
    Silent {
        /// Its name.
        name: &'static str,
        /// What it should have said.
        expected: &'static str,
        /// Whether it has ended, as opposed to being slow.
        ended: bool,
    },
    /// It said something else.
    Unexpected {
        /// Its name.
        name: &'static str,
        /// What it should have said.
        expected: &'static str,
        /// What it said.
        said: String,
    },
    /// It ended in failure.
    Failed {
        /// Its name.
        name: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
    /// The system refused to do something with it.
    System {
        /// Its name.
        name: &'static str,
        /// What was tried.
        step: &'static str,
        /// What the system said.
        error: io::Error,
    },
}

impl fmt::Display for PartyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { program } => write!(
                f,
                "{} is not there; build all parties with `cargo build -p process-watch --bins`",
                program.display()
            ),
            Self::Start { name, error } => write!(f, "the {name} could not be started: {error}"),
            Self::Silent { name, expected, ended: true } => {
                write!(f, "the {name} ended without its {expected}; its own message is above")
            }
            Self::Silent { name, expected, ended: false } => {
                write!(f, "the {name} did not give its {expected} in time")
            }
            Self::Unexpected { name, expected, said } => {
                write!(f, "the {name} said {said:?} instead of its {expected}")
            }
            Self::Failed { name, status } => {
                write!(f, "the {name} ended with {status}; its own message is above")
            }
            Self::System { name, step, error } => write!(f, "cannot {step} the {name}: {error}"),
        }
    }
}

impl std::error::Error for PartyError {}

impl Party {
    /// Starts the program `process-watch-NAME` that lies beside this one.
    ///
    /// # Errors
    ///
    /// It is not there, or cannot be started.
    pub fn start(name: &'static str, arguments: &[String]) -> Result<Self, PartyError> {
        let failed = |error| PartyError::Start { name, error };
        let program =
            std::env::current_exe().map_err(failed)?.with_file_name(format!("process-watch-{name}"));
        if !program.exists() {
            return Err(PartyError::Missing { program });
        }
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let stdin = child.stdin.take();
        let (say, lines) = channel();
        let stdout = child.stdout.take().map(BufReader::new);
        // Ends with the party's standard output; nobody may be listening any more.
        thread::spawn(move || {
            stdout.into_iter().flat_map(BufRead::lines).try_for_each(|line| say.send(line).ok())
        });
        Ok(Self { name, child, stdin, lines })
    }

    /// Returns its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the next line that it says: `expected` names it.
    ///
    /// # Errors
    ///
    /// It says nothing within `bound`, or has ended.
    pub fn hear(&self, expected: &'static str, bound: Duration) -> Result<String, PartyError> {
        let silent = |ended| PartyError::Silent { name: self.name, expected, ended };
        match self.lines.recv_timeout(bound) {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(silent(true)),
            Err(RecvTimeoutError::Timeout) => Err(silent(false)),
        }
    }

    /// Waits for a line that is JSON for a `T`.
    ///
    /// # Errors
    ///
    /// As for [`hear`](Self::hear); or it said something else.
    pub fn hear_json<T: for<'de> serde::Deserialize<'de>>(
        &self,
        expected: &'static str,
        bound: Duration,
    ) -> Result<T, PartyError> {
        let said = self.hear(expected, bound)?;
        serde_json::from_str(&said).map_err(|_| PartyError::Unexpected { name: self.name, expected, said })
    }

    /// Closes its standard input, which it takes as a sign to go on.
    pub fn go(&mut self) {
        self.stdin = None;
    }

    /// Stops or continues it, as a debugger or a busy machine would.
    ///
    /// # Errors
    ///
    /// The system refused.
    pub fn signal(&self, signal: Signal) -> Result<(), PartyError> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let sent = pid.map_or(Err(rustix::io::Errno::SRCH), |pid| kill_process(pid, signal));
        let (name, step) = (self.name, "send a signal to");
        sent.map_err(|errno| PartyError::System { name, step, error: errno.into() })
    }

    /// Waits for it to end with one of the statuses `well`.
    ///
    /// # Errors
    ///
    /// It ends otherwise, or not within `bound`.
    pub fn end(mut self, well: &[i32], bound: Duration) -> Result<(), PartyError> {
        self.stdin = None;
        let deadline = Instant::now() + bound;
        loop {
            let (name, step) = (self.name, "wait for");
            match self.child.try_wait() {
                Ok(Some(status)) if status.code().is_some_and(|code| well.contains(&code)) => return Ok(()),
                Ok(Some(status)) => return Err(PartyError::Failed { name, status }),
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(1)),
                Ok(None) => return Err(PartyError::Silent { name, expected: "end", ended: false }),
                Err(error) => return Err(PartyError::System { name, step, error }),
            }
        }
    }
}

impl Drop for Party {
    fn drop(&mut self) {
        // It may have ended already; then there is nothing to kill.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
