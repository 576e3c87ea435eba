//! The whole path, process by process: driver, reader, load.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use process_watch::audit::Audit;
use process_watch::load::{self, Directories, Extent};
use process_watch::statement::{DriverStatement, ReaderStatement};
use rustix::process::{Pid, Signal, kill_process};

/// What the demo says of one lane: the columns of its table.
#[derive(Debug)]
struct LaneLine {
    offered: u64,
    delivered: u64,
    dropped: u64,
    overrun: u64,
    gaps: u64,
    closes: String,
}

/// Plays the demo and returns its lanes by name and its last line, if the books close.
fn demo(arguments: &[&str]) -> (impl Fn(&str) -> LaneLine, String) {
    let demo = Command::new(env!("CARGO_BIN_EXE_process-watch-demo"))
        .arg("--short")
        .args(arguments)
        .output()
        .expect("the demo is built");
    let report = String::from_utf8(demo.stdout).expect("text");
    let told = String::from_utf8_lossy(&demo.stderr).into_owned();
    assert!(demo.status.success(), "{:?}\n{report}\n{told}", demo.status);
    let last = report.lines().last().expect("a last line").to_owned();
    let lane = move |name: &str| {
        let line = report.lines().find(|line| line.split(' ').next() == Some(name));
        let words: Vec<_> =
            line.unwrap_or_else(|| panic!("no lane {name}: {report}")).split_whitespace().collect();
        let number = |at: usize| words[at].parse().unwrap_or_else(|_| panic!("{words:?}"));
        LaneLine {
            // What came before the reader is a number, and concerns nobody's books.
            offered: number(1) - number(2),
            delivered: number(3),
            dropped: number(4),
            overrun: number(5),
            gaps: number(7),
            closes: words[8].to_owned(),
        }
    };
    (lane, last)
}

fn check_overwrite(arguments: &[&str], source: &str) {
    let (lane, last) = demo(arguments);
    let (mut offered, mut delivered) = (0, 0);
    for name in [source, "usage"] {
        let lane = lane(name);
        assert!(lane.overrun > 0 && lane.gaps > 0, "the reader was stopped: {lane:?}");
        assert_eq!((lane.dropped, lane.closes.as_str()), (0, "yes"), "{lane:?}");
        offered += lane.offered;
        delivered += lane.delivered;
    }
    let missing = offered - delivered;
    assert_eq!(last, format!("books closed: offered {offered} = delivered {delivered} + missing {missing}"));
}

#[test]
fn the_books_of_the_connector_close() {
    check_overwrite(&["--source=connector"], "connector");
}

#[test]
fn the_books_of_the_tree_close() {
    check_overwrite(&["--source=tree"], "tree");
}

#[test]
fn lanes_that_fill_up_refuse_and_their_books_close() {
    let (lane, last) = demo(&["--source=tree", "--fill"]);
    for name in ["tree", "usage"] {
        let lane = lane(name);
        assert!(lane.dropped > 0 && lane.overrun == 0 && lane.closes == "yes", "{lane:?}");
    }
    assert!(last.starts_with("books closed: "), "{last}");
}

/// A driver or reader of this test, killed when the test is over.
struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program is built");
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        Self { child, lines }
    }

    fn hear(&mut self) -> String {
        self.lines.next().expect("it says something before it ends").expect("text")
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.expect("a process id"), signal).expect("it is ours");
    }

    fn end(&mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn driver(root: &Path, socket: &str) -> Process {
    let tree = format!("--tree={}", root.display());
    let arguments = ["--source=tree", &tree, "--socket", socket, "--until-stdin-closes"];
    let mut driver = Process::start(env!("CARGO_BIN_EXE_process-watch-driver"), &arguments);
    assert_eq!(driver.hear(), "ready tree");
    driver
}

fn reader(socket: &str) -> Process {
    let mut reader = Process::start(env!("CARGO_BIN_EXE_process-watch-reader"), &["--statement", socket]);
    assert_eq!(reader.hear(), "attached");
    reader
}

fn socket(root: &Path) -> String {
    root.join("socket").to_str().expect("the test's paths are text").to_owned()
}

#[test]
fn a_driver_that_is_killed_leaves_at_most_one_attempt_open() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = socket(root.path());
    let directories = Directories::make(root.path(), 1).expect("the directory is ours");
    let mut driver = driver(root.path(), &socket);
    let mut reader = reader(&socket);
    let extent = Extent { count: 1000, time: Duration::from_mins(1), threads: 1 };
    directories.files(extent).expect("the directory is ours");
    driver.child.kill().expect("it is ours");
    driver.end();
    let said: ReaderStatement = serde_json::from_str(&reader.hear()).expect("a statement");
    assert_eq!(said.lanes.len(), 2, "{said:?}");
    for lane in &said.lanes {
        assert!(lane.closes() && lane.in_flight && lane.read_to_end, "{lane:?}");
    }
    assert_eq!(reader.end(), Some(0));
}

#[test]
fn a_reader_that_gets_a_signal_states_what_it_has_read() {
    for signal in [Signal::INT, Signal::TERM] {
        let root = tempfile::tempdir().expect("a directory for the test");
        let socket = socket(root.path());
        let _driver = driver(root.path(), &socket);
        let mut reader = reader(&socket);
        reader.signal(signal);
        let said: ReaderStatement = serde_json::from_str(&reader.hear()).expect("a statement");
        assert_eq!(said.lanes.len(), 2, "{said:?}");
        for lane in &said.lanes {
            assert!(lane.closes() && lane.in_flight, "{lane:?}");
        }
        assert_eq!(reader.end(), Some(0));
    }
}

#[test]
fn a_reader_that_is_killed_does_not_concern_the_driver() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = socket(root.path());
    let mut driver = driver(root.path(), &socket);
    let mut first = reader(&socket);
    let mut second = reader(&socket);
    first.child.kill().expect("it is ours");
    first.end();
    std::fs::write(root.path().join("a file"), b"seen").expect("the directory is ours");
    drop(driver.child.stdin.take());
    let offered: DriverStatement = serde_json::from_str(&driver.hear()).expect("a statement");
    let delivered: ReaderStatement = serde_json::from_str(&second.hear()).expect("a statement");
    let audit = Audit::new(&offered, &delivered);
    assert!(audit.closes(), "{audit:#?}");
    assert_eq!((driver.end(), second.end()), (Some(0), Some(0)));
}

#[test]
fn what_the_kernel_drops_is_a_record_and_the_books_close_without_it() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = socket(root.path());
    let arguments = ["--source=connector", "--receive-buffer=1", "--socket", &socket, "--until-stdin-closes"];
    let mut driver = Process::start(env!("CARGO_BIN_EXE_process-watch-driver"), &arguments);
    assert_eq!(driver.hear(), "ready connector", "NOT CHECKED: the connector is not to be had");
    let mut reader = reader(&socket);
    driver.signal(Signal::STOP);
    let extent = Extent { count: 200, time: Duration::from_mins(1), threads: 4 };
    let caused = load::processes(extent).expect("true and false exist");
    driver.signal(Signal::CONT);
    drop(driver.child.stdin.take());
    let offered: DriverStatement = serde_json::from_str(&driver.hear()).expect("a statement");
    let delivered: ReaderStatement = serde_json::from_str(&reader.hear()).expect("a statement");

    let seen = offered.seen;
    assert_eq!(caused.processes, 200);
    assert!(seen.losses_unknown > 0 && seen.forks < 200, "{seen:?}");
    let lane = &delivered.lanes[0];
    assert!(lane.records["SourceLoss"] >= seen.losses_unknown, "{lane:?}");
    let audit = Audit::new(&offered, &delivered);
    assert!(audit.closes(), "{audit:#?}");
    assert_eq!((driver.end(), reader.end()), (Some(0), Some(0)));
}

/// Runs a program that is to fail, and returns what it says.
fn failure(program: &str, arguments: &[&str]) -> String {
    let failed = Command::new(program).args(arguments).stdin(Stdio::null()).output().expect("it is built");
    assert_eq!(failed.status.code(), Some(2), "{failed:?}");
    String::from_utf8(failed.stderr).expect("text")
}

#[test]
fn what_cannot_be_done_is_named() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let socket = socket(root.path());
    let (program, tree) =
        (env!("CARGO_BIN_EXE_process-watch-driver"), format!("--tree={}", root.path().display()));
    let tree_source = ["--source=tree", &tree, "--until-stdin-closes"];

    let _driver = driver(root.path(), &socket);
    let said = failure(program, &[&tree_source[..], &["--socket", &socket]].concat());
    assert!(said.contains("another driver serves there"), "{said}");

    let file = root.path().join("file");
    std::fs::write(&file, b"not a socket").expect("the directory is ours");
    let file = file.to_str().expect("text");
    let said = failure(program, &[&tree_source[..], &["--socket", file]].concat());
    assert!(said.contains("is not a socket"), "{said}");

    let said = failure(program, &[&tree_source[..], &["--socket", &socket, "--block-size=5000"]].concat());
    assert!(said.contains("5000") && said.contains("--block-size"), "{said}");

    let said = failure(program, &["--source=tree", "--tree=/nonexistent", "--socket", &socket]);
    assert!(said.contains("cannot watch /nonexistent"), "{said}");

    let nobody = root.path().join("nobody");
    let said = failure(env!("CARGO_BIN_EXE_process-watch-reader"), &[nobody.to_str().expect("text")]);
    assert!(said.contains("nobody"), "{said}");
}
