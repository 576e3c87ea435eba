//! Both sources against this machine's kernel.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use process_watch::connector::{Connector, RECEIVE_BUFFER};
use process_watch::file::{EntryKind, FileChange};
use process_watch::kinship::{Children, Kinship};
use process_watch::load::{self, Caused, Extent};
use process_watch::observation::Observation;
use process_watch::origin::{LossSign, SourceKind};
use process_watch::tree::Tree;

/// How long something that happens at once may take on a busy machine.
const BOUND: Duration = Duration::from_secs(20);

fn extent(count: u64, threads: u64) -> Extent {
    Extent { count, threads, time: BOUND }
}

/// The connector. A machine that does not give it to us leaves the claim open, and says so.
fn connector(receive_buffer: usize) -> Connector {
    Connector::open(receive_buffer).unwrap_or_else(|error| panic!("NOT CHECKED: {error}"))
}

/// Takes observations until `enough` says so.
fn take_until(source: &mut Connector, mut enough: impl FnMut(Observation) -> bool) {
    let deadline = Instant::now() + BOUND;
    let mut done = false;
    while !done {
        source.take(|observation| done |= enough(observation)).expect("the socket works");
        assert!(Instant::now() < deadline, "the kernel did not tell in time");
    }
}

#[test]
fn the_connector_tells_of_every_child() {
    // A process of its own, so that its children are nobody else's.
    let mut generator = Command::new(env!("CARGO_BIN_EXE_process-watch-load"))
        .args(["--count=48", "--threads=2", "--wait", "processes"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the load generator is built");
    let mut lines = BufReader::new(generator.stdout.take().expect("it is piped")).lines();
    assert_eq!(lines.next().expect("it is ready").expect("text"), "ready");
    let mut connector = connector(RECEIVE_BUFFER);
    drop(generator.stdin.take());
    let caused = lines.next().expect("it states what it caused").expect("text");
    let caused: Caused = serde_json::from_str(&caused).expect("a statement");
    let mut kinship = Kinship::new(Some(generator.id()));
    take_until(&mut connector, |observation| {
        assert!(!matches!(observation, Observation::Loss(_)), "{observation:?}");
        let _ = kinship.complete(observation);
        kinship.children().exits == caused.processes
    });
    let expected = Children {
        forks: caused.processes,
        execs: caused.processes,
        exits: caused.processes,
        failures: caused.failures,
    };
    assert_eq!((caused.processes, kinship.children()), (48, expected));
    assert!(generator.wait().expect("it ends").success());
}

#[test]
fn what_the_kernel_drops_is_told_and_then_counted() {
    // The smallest buffer that the kernel gives holds a few datagrams; nobody empties it.
    let mut connector = connector(1);
    let caused = load::processes(extent(64, 1)).expect("true and false exist");
    let (mut unknown, mut counted, mut seen) = (0, 0, 0);
    let mut count = |observation: Observation| match observation {
        Observation::Loss(loss) => match loss.sign.known().expect("a sign of ours") {
            LossSign::NoBuffers => unknown += 1,
            LossSign::Numbering => counted += loss.count,
            sign => panic!("{sign:?}"),
        },
        _ => seen += 1,
    };
    connector.take(&mut count).expect("the socket works");
    // An event that comes through shows the hole in the numbers before it. It must come on the
    // CPU that lost some, so there are several tries.
    for _ in 0..16 {
        load::processes(extent(2, 2)).expect("true exists");
        connector.take(&mut count).expect("the socket works");
    }
    assert!(unknown > 0, "a full buffer is told of");
    assert!(counted > 0, "and its loss shows in the numbers");
    assert!(seen < 3 * (caused.processes + 32), "something was lost");
}

#[test]
fn the_tree_tells_of_files_and_of_new_directories() {
    let root = tempfile::tempdir().expect("a directory for the test");
    let mut tree = Tree::open(root.path()).expect("the directory is ours");
    let new = root.path().join("new");
    fs::create_dir(&new).expect("the directory is ours");
    fs::write(new.join("early"), b"1").expect("the directory is ours");
    let mut told = Vec::new();
    tree.take(|observation| told.push(observation)).expect("inotify works");
    fs::write(new.join("late"), b"2").expect("the directory is ours");
    // A child that another test makes at this moment has the file open until it runs its program, and
    // the kernel tells of the writing only when the last one closes it.
    let is_written = |told: &[Observation]| {
        told.iter().any(|observation| match observation {
            Observation::File(event) => {
                event.change.known() == Ok(FileChange::Written) && event.name.to_string() == "late"
            }
            _ => false,
        })
    };
    for _ in 0..10_000 {
        if is_written(&told) {
            break;
        }
        tree.take(|observation| told.push(observation)).expect("inotify works");
        std::thread::yield_now();
    }
    fs::rename(new.join("late"), root.path().join("moved")).expect("the directory is ours");
    tree.take(|observation| told.push(observation)).expect("inotify works");

    let changes: Vec<_> = told
        .iter()
        .filter_map(|observation| match observation {
            Observation::File(event) => Some((
                event.change.known().expect("a change of ours"),
                event.entry.known().expect("an entry of ours"),
                event.name.to_string(),
            )),
            _ => None,
        })
        .collect();
    let file = |change, name: &str| (change, EntryKind::File, name.to_owned());
    // For the same reason the end of the first writing may come after its file was found.
    let changes: Vec<_> =
        changes.into_iter().filter(|change| *change != file(FileChange::Written, "early")).collect();
    assert_eq!(
        changes,
        [
            (FileChange::Created, EntryKind::Directory, "new".to_owned()),
            file(FileChange::Found, "early"),
            file(FileChange::Created, "late"),
            file(FileChange::Written, "late"),
            file(FileChange::MovedFrom, "late"),
            file(FileChange::MovedTo, "moved"),
        ]
    );
    let watched = told.iter().filter(|observation| matches!(observation, Observation::Directory(_)));
    assert_eq!(watched.count(), 2);
}

#[test]
fn an_overflow_of_the_queue_is_told() {
    let limit = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").expect("inotify is there");
    let limit: u64 = limit.trim().parse().expect("a number");
    let root = tempfile::tempdir().expect("a directory for the test");
    let mut tree = Tree::open(root.path()).expect("the directory is ours");
    for number in 0..=limit {
        let path = root.path().join(number.to_string());
        fs::File::create(&path).expect("the directory is ours");
    }
    let (mut lost, mut more) = (0, true);
    while more {
        more = tree
            .take(|observation| {
                if let Observation::Loss(loss) = observation {
                    assert_eq!(loss.source.known(), Ok(SourceKind::Tree));
                    assert_eq!(loss.sign.known(), Ok(LossSign::QueueOverflow));
                    lost += 1;
                }
            })
            .expect("inotify works");
    }
    assert_eq!(lost, 1);
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let error = Tree::open("/nonexistent/tree".as_ref()).expect_err("it cannot exist");
    assert!(error.to_string().contains("/nonexistent/tree"), "{error}");
    assert!(error.to_string().contains("name a directory that exists"), "{error}");
}
