//! The program `dext-reader`, from outside.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use dext_tests::host::Host;
use rustix::process::{Pid, Signal, kill_process};

const PATIENCE: Duration = Duration::from_secs(20);

/// A reader. Dropped, it is killed.
pub(crate) struct Reader {
    child: Child,
    commands: ChildStdin,
    lines: Receiver<String>,
    /// Of its driver.
    pub(crate) generation: u64,
}

/// What a reader says of one lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lane {
    /// Emitted records that it delivered; seed and number of the newest.
    pub(crate) emitted: u64,
    pub(crate) last: (u64, u64),
    /// They came in order, and each held what it should.
    pub(crate) sound: bool,
    pub(crate) before: u64,
    pub(crate) offered: u64,
    pub(crate) delivered: u64,
    pub(crate) dropped: u64,
    pub(crate) overwritten: u64,
    pub(crate) corrupt: u64,
    pub(crate) closes: bool,
    /// If it was read to its end: whether its writer has closed it.
    pub(crate) ended: Option<bool>,
}

impl Reader {
    /// Starts a reader, and waits until it reads.
    pub(crate) fn start(host: &Host, options: &[&str]) -> Self {
        let mut reader = Self::spawn(host, options);
        reader.attached();
        reader
    }

    fn spawn(host: &Host, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dext-reader"))
            .arg(host.registry())
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("dext-reader starts");
        let commands = child.stdin.take().expect("a pipe");
        let output = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { child, commands, lines, generation: 0 }
    }

    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("the reader says something")
    }

    /// Waits until it reads.
    pub(crate) fn attached(&mut self) {
        let line = self.line();
        let generation = line.strip_prefix("attached ").and_then(|number| number.parse().ok());
        self.generation = generation.unwrap_or_else(|| panic!("not attached: {line}"));
        assert_eq!(self.line(), "reading");
    }

    /// Asks what it has read so far.
    pub(crate) fn report(&mut self) -> Vec<Lane> {
        writeln!(self.commands, "report").expect("the reader lives");
        self.lanes_until("reported").0
    }

    /// Waits until what it has read is as wanted.
    pub(crate) fn wait_until(&mut self, wanted: impl Fn(&[Lane]) -> bool) -> Vec<Lane> {
        let begin = Instant::now();
        loop {
            let lanes = self.report();
            if wanted(&lanes) {
                return lanes;
            }
            assert!(begin.elapsed() < PATIENCE, "still: {lanes:?}");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Tells it to leave; returns what it has read, to wherever it came.
    pub(crate) fn leave(mut self) -> Vec<Lane> {
        writeln!(self.commands, "leave").expect("the reader lives");
        let (lanes, _) = self.end();
        assert!(self.status().success());
        lanes
    }

    /// Waits until the region has ended; returns what it read, and whether the region was closed.
    pub(crate) fn end(&mut self) -> (Vec<Lane>, bool) {
        let (lanes, end) = self.lanes_until("end of a ");
        (lanes, end == "end of a closed region")
    }

    /// Waits until the process has ended.
    pub(crate) fn status(&mut self) -> ExitStatus {
        self.child.wait().expect("a child")
    }

    fn lanes_until(&self, end: &str) -> (Vec<Lane>, String) {
        let mut lanes = Vec::new();
        loop {
            let line = self.line();
            if line.starts_with(end) {
                return (lanes, line);
            }
            lanes.push(Lane::parse(&line));
        }
    }

    /// Sends a signal; a reader that is stopped has stopped when this returns.
    pub(crate) fn signal(&mut self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the reader lives");
        let stat = format!("/proc/{}/stat", pid.as_raw_nonzero());
        while signal == Signal::STOP
            && !std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T "))
        {
            thread::yield_now();
        }
    }

    /// Kills it, wherever it is.
    pub(crate) fn kill(mut self) {
        self.signal(Signal::KILL);
        assert!(!self.status().success());
    }
}

impl Lane {
    fn parse(line: &str) -> Self {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |key: &str| {
            words
                .chunks(2)
                .find(|pair| pair[0] == key)
                .map_or(0, |pair| pair[1].parse().unwrap_or_else(|_| panic!("`{key}`: {line}")))
        };
        assert_eq!(words[0], "lane", "{line}");
        Self {
            emitted: number("emitted"),
            last: (number("seed"), number("number")),
            sound: number("ordered") == 1 && number("whole") == 1,
            before: number("before"),
            offered: number("offered"),
            delivered: number("delivered"),
            dropped: number("dropped"),
            overwritten: number("overwritten"),
            corrupt: number("corrupt"),
            closes: number("closes") == 1,
            ended: (number("ended") == 1).then(|| number("closed") == 1),
        }
    }

    /// Nothing that was offered is missing.
    pub(crate) fn is_complete(&self) -> bool {
        self.sound && self.closes && (self.dropped, self.overwritten, self.corrupt) == (0, 0, 0)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
