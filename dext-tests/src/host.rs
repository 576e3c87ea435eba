//! A `dext-host` that runs, and the commands that it takes.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{Dext, Flavour, dext_host};
use crate::raw::Client;

/// How long a host may take to answer a command, or to end, before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a host is to be started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The service's class, by which a client finds it.
    pub name: String,
    /// What is linked in.
    pub dext: Dext,
    /// What watches it.
    pub flavour: Flavour,
    /// One queue runs at a time, and this decides which.
    pub seed: Option<u64>,
    /// Nanoseconds of a tick, as a fraction.
    pub timebase: Option<(u32, u32)>,
    /// Starts again by itself, with the next generation, when it is killed.
    pub supervised: bool,
    /// The property list of the dext; without one, its only client is what is made.
    pub plist: Option<PathBuf>,
    /// Which incarnation of the driver it is.
    pub generation: u64,
    /// Variables for the process.
    pub environment: Vec<(String, String)>,
}

impl Settings {
    /// The dext as it ships.
    #[must_use]
    pub fn new(dext: Dext, flavour: Flavour) -> Self {
        let (name, plist) = match dext {
            Dext::Shim => ("ShimDriver", None),
            Dext::Testimony | Dext::TestimonyEmitting => ("TestimonyDriver", Some(property_list())),
        };
        Self {
            name: name.to_owned(),
            plist,
            dext,
            flavour,
            seed: None,
            timebase: None,
            supervised: false,
            generation: 1,
            environment: Vec::new(),
        }
    }
}

/// A running host. Dropped, it is killed.
#[derive(Debug)]
pub struct Host {
    settings: Settings,
    child: Child,
    commands: ChildStdin,
    answers: Receiver<String>,
    /// The registry, and what it wrote to stderr.
    folder: TempDir,
}

/// How a host ended.
#[derive(Debug)]
pub struct Ended {
    /// A code or a signal.
    pub status: ExitStatus,
    /// What it wrote to stderr.
    pub words: String,
}

impl Host {
    /// Starts a host in a registry of its own and waits until it takes commands.
    ///
    /// # Panics
    ///
    /// Panics with its words if it does not start.
    #[must_use]
    pub fn start(settings: Settings) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        Self::start_in(settings, folder)
    }

    /// Starts a host and waits for its end: for one that is not expected to come up.
    ///
    /// # Panics
    ///
    /// Panics if it does not end.
    #[must_use]
    pub fn start_and_end(settings: Settings) -> Ended {
        let folder = TempDir::new().expect("a temporary folder");
        Self::spawn(settings, folder).ended()
    }

    fn start_in(settings: Settings, folder: TempDir) -> Self {
        let mut host = Self::spawn(settings, folder);
        if let Err(problem) = host.try_command("clients") {
            panic!("the host did not start: {problem}\n{}", host.words());
        }
        host
    }

    fn spawn(settings: Settings, folder: TempDir) -> Self {
        let words = fs::File::options()
            .create(true)
            .append(true)
            .open(folder.path().join("words"))
            .expect("a file for its words");
        let mut command = Command::new(dext_host(settings.dext, settings.flavour));
        command.args(["--name", &settings.name, "--control", "0", "--registry"]).arg(folder.path());
        command.args(["--generation", &settings.generation.to_string()]);
        if let Some(seed) = settings.seed {
            command.args(["--seed", &seed.to_string()]);
        }
        if let Some((numer, denom)) = settings.timebase {
            command.args(["--timebase", &format!("{numer}/{denom}")]);
        }
        if let Some(plist) = &settings.plist {
            command.arg("--plist").arg(plist);
        }
        if settings.supervised {
            command.arg("--supervise");
        }
        /* A race ends the process, so that no kill afterwards hides it; and there is no second of waiting at
        the end for races that are late: the host's threads have ended by then. */
        command.env("TSAN_OPTIONS", "halt_on_error=1 atexit_sleep_ms=0");
        command.envs(settings.environment.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(words);
        let mut child = command.spawn().expect("dext-host starts");
        let commands = child.stdin.take().expect("a pipe");
        let output = child.stdout.take().expect("a pipe");
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { settings, child, commands, answers, folder }
    }

    /// Where clients look for services.
    #[must_use]
    pub fn registry(&self) -> &Path {
        self.folder.path()
    }

    /// The service's socket.
    #[must_use]
    pub fn service(&self) -> PathBuf {
        self.registry().join(&self.settings.name)
    }

    /// Opens a connection of this type.
    ///
    /// # Panics
    ///
    /// Panics if it is refused.
    #[must_use]
    pub fn open(&self, kind: u32) -> Client {
        Client::open(&self.service(), kind).expect("a client")
    }

    /// Gives a command and returns what follows `ok`.
    ///
    /// # Panics
    ///
    /// Panics with its words if the host says something else, or nothing.
    pub fn command(&mut self, line: &str) -> String {
        match self.try_command(line) {
            Ok(answer) => answer,
            Err(problem) => panic!("`{line}`: {problem}\n{}", self.words()),
        }
    }

    /// Gives a command; what the host answers instead of `ok` is an error.
    pub fn try_command(&mut self, line: &str) -> Result<String, String> {
        writeln!(self.commands, "{line}").map_err(|error| format!("not taken: {error}"))?;
        let answer = self.answers.recv_timeout(PATIENCE).map_err(|error| match error {
            RecvTimeoutError::Timeout => "no answer".to_owned(),
            RecvTimeoutError::Disconnected => "the host ended".to_owned(),
        })?;
        match answer.strip_prefix("ok") {
            Some(rest) => Ok(rest.trim_start().to_owned()),
            None => Err(answer),
        }
    }

    /// Waits until a command's answer is as wanted: for what happens behind the test's back.
    ///
    /// # Panics
    ///
    /// Panics with the last answer if it never is.
    pub fn wait_until(&mut self, line: &str, wanted: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        loop {
            let answer = self.command(line);
            if wanted(&answer) {
                return answer;
            }
            assert!(begin.elapsed() < PATIENCE, "`{line}` still says: {answer}\n{}", self.words());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Kills the process of the driver. A supervised one comes back with the next generation: this
    /// returns once it takes commands. Another one is gone: see [`Host::restart`].
    pub fn kill(&mut self) {
        self.command("kill");
        if self.settings.supervised {
            self.command("clients");
        } else {
            let _ = self.child.wait();
        }
    }

    /// Kills this host and starts another one of the next generation in the same registry.
    ///
    /// # Panics
    ///
    /// Panics with its words if the new one does not start.
    #[must_use]
    pub fn restart(mut self) -> Self {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let mut settings = self.settings.clone();
        settings.generation += 1;
        let folder = std::mem::replace(&mut self.folder, TempDir::new().expect("a temporary folder"));
        Self::start_in(settings, folder)
    }

    /// Stops the driver in order and asserts that nothing was left alive.
    ///
    /// # Panics
    ///
    /// Panics with its words if it ends in any other way.
    pub fn stop(mut self) -> String {
        self.command("stop");
        let ended = self.ended();
        assert_eq!(ended.status.code(), Some(0), "{}", ended.words);
        ended.words
    }

    /// Waits for the host's end.
    ///
    /// # Panics
    ///
    /// Panics if it does not end.
    #[must_use]
    pub fn ended(mut self) -> Ended {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return Ended { status, words: self.words() };
            }
            assert!(begin.elapsed() < PATIENCE, "the host does not end\n{}", self.words());
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// What the host has written to stderr so far.
    #[must_use]
    pub fn words(&self) -> String {
        fs::read_to_string(self.folder.path().join("words")).unwrap_or_default()
    }
}

/// The dext's own.
fn property_list() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dext-bindings").join("dext/Info.plist")
}

impl Ended {
    /// The sentence of a violation.
    ///
    /// # Panics
    ///
    /// Panics with its words if there was none.
    #[must_use]
    pub fn violation(&self) -> &str {
        /// `SIGABRT`
        const ABORTED: i32 = 6;
        let sentence = self.words.lines().find_map(|line| line.strip_prefix("dext-host: violation: "));
        match (sentence, self.status.signal()) {
            (Some(sentence), Some(ABORTED)) => sentence,
            _ => panic!("no violation, but {:?}:\n{}", self.status, self.words),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
