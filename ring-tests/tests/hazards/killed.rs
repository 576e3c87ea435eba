//! Processes that are killed or stopped in the middle of what they do (REG-1, REG-30, REG-38, REG-40).

use std::path::Path;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use abi_runtime::layout::Policy;
use abi_runtime::region::LaneConfig;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use ring_tests::hazard::{
    Line, Peer, Shared, attempt, format, kill_readers, kill_writers, random, read_what_is_left, region_words,
};

/// The program that plays all parts.
const PROGRAM: &str = env!("CARGO_BIN_EXE_hazard-soak");

#[test]
fn two_thousand_readers_killed_in_the_middle_of_reading() {
    let figures = kill_readers(Path::new(PROGRAM), 2000);
    println!("{figures}");
    assert!(figures.killed == 2000 && figures.records > 2000, "{figures}");
}

#[test]
fn what_four_hundred_killed_writers_left_is_all_there() {
    let figures = kill_writers(Path::new(PROGRAM), 400);
    println!("{figures}");
    assert!(figures.killed == 400 && figures.records > 400, "{figures}");
}

/// Stops a process, and returns once it has stopped.
fn stop(peer: &Peer) {
    kill(Pid::from_raw(peer.id()), Signal::SIGSTOP).unwrap();
    let status = waitpid(Pid::from_raw(peer.id()), Some(WaitPidFlag::WUNTRACED)).unwrap();
    assert!(matches!(status, WaitStatus::Stopped(_, Signal::SIGSTOP)), "{status:?}");
}

fn go_on(peer: &Peer) {
    kill(Pid::from_raw(peer.id()), Signal::SIGCONT).unwrap();
}

/// A driver that is stopped, for moments and for seconds: until it goes on its lane is read to the end,
/// whoever comes, nothing of it changes, and one attempt may be in flight.
#[test]
fn a_driver_that_is_stopped_and_goes_on() {
    let (region, board) = (Shared::new(region_words()), Shared::board());
    let mut writer = Peer::start(Path::new(PROGRAM), "writer", &region, &board, 0);
    let mut in_flight = 0;
    for round in 0..60 {
        let done = board.line(Line::Done);
        writer.await_line(&board, Line::Done, done + 1 + random(round) % 2000);
        stop(&writer);
        let (begun, done) = (board.line(Line::Begun), board.line(Line::Done));
        in_flight += begun - done;
        let before: Vec<u64> = region.words().iter().map(|word| word.load(Relaxed)).collect();
        let until = Instant::now() + Duration::from_millis(if round == 59 { 2500 } else { 5 });
        let first = read_what_is_left(&region, begun, done);
        while Instant::now() < until {
            thread::sleep(Duration::from_millis(5));
            let again = read_what_is_left(&region, begun, done);
            assert_eq!((&again.records, again.statement), (&first.records, first.statement));
        }
        let same = region.words().iter().zip(&before).all(|(word, &before)| word.load(Relaxed) == before);
        assert!(same, "something was stored while the driver was stopped");
        go_on(&writer);
    }
    writer.kill();
    let _ = read_what_is_left(&region, board.line(Line::Begun), board.line(Line::Done));
    println!("{in_flight} of 60 in flight");
}

/// A reader that is stopped for a second, while the writer laps it many times, says afterwards exactly what
/// it missed.
#[test]
fn a_reader_that_is_stopped_and_goes_on() {
    let (words, board) = (Shared::new(region_words()), Shared::board());
    let region = format(words.words());
    let writer = region.open_lane(0, &LaneConfig::new("patient", Policy::Overwrite), || 7).unwrap();
    let mut attempts = 0;
    let mut write = |count: u64| {
        for _ in 0..count {
            attempt(&writer, attempts);
            attempts += 1;
        }
    };
    write(100);
    let mut reader = Peer::start(Path::new(PROGRAM), "steady reader", &words, &board, 0);
    for round in 0..20 {
        let taken = board.line(Line::Begun);
        while board.line(Line::Begun) == taken {
            write(50);
            thread::sleep(Duration::from_micros(50));
        }
        stop(&reader);
        write(2000 + random(round) % 2000);
        if round == 19 {
            thread::sleep(Duration::from_secs(1));
        }
        go_on(&reader);
    }
    writer.close();
    reader.await_line(&board, Line::Finished, 1);
    reader.end();
    let said = [Line::Before, Line::Delivered, Line::Missing].map(|line| board.line(line));
    assert_eq!(said.iter().sum::<u64>(), writer.account().offered, "{said:?}");
    assert!(said[2] > 20 * 1000, "it was never lapped: {said:?}");
}

/// A driver that forks: see the part for what is asked of its children.
#[test]
fn a_child_of_the_driver_dies_of_touching_the_region() {
    let (region, board) = (Shared::new(8), Shared::board());
    Peer::start(Path::new(PROGRAM), "forker", &region, &board, 0).end();
}
