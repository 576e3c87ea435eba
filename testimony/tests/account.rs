//! What the library states of a lane, a reader and a driver, the tool prints (REG-38, REG-53, REG-55).
#![cfg(target_os = "linux")]

mod driver;

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use abi_runtime::layout::{ClockKind, Ending, Policy, RegionState};
use abi_runtime::pool::{LanePool, PooledLane};
use abi_runtime::region::{ClockInfo, Region};
use rustix::process::{Pid, Signal, kill_process};

use driver::{COUNTER, Switch, cpu0, driving, lines, offer, testimony};

/// Starts the tool, which writes to a pipe.
fn start(socket: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_testimony"));
    command.arg("attach").args(arguments).arg(socket).stdout(Stdio::piped()).spawn().expect("it is built")
}

#[test]
fn attempts_that_were_refused_inside_a_reservation_are_reported() {
    for json in [false, true] {
        driving(COUNTER, |region, socket, server| {
            let writer = cpu0(region, Policy::Overwrite);
            // The driver is killed while it holds the reservation.
            std::mem::forget(writer.reserve::<Switch>().expect("room"));
            offer(&writer, 3);
            let mut tool = start(socket, if json { &["--format=json"] } else { &[] });
            let first = Instant::now();
            // It attaches, and then the driver is gone.
            while first.elapsed() < Duration::from_millis(300) {
                std::thread::sleep(Duration::from_millis(10));
            }
            drop(server);
            let mut said = String::new();
            tool.stdout.take().expect("piped").read_to_string(&mut said).expect("text");
            assert_eq!(tool.wait().expect("it ends").code(), Some(0), "{said}");
            if json {
                assert!(said.contains("\"refused_in_flight\":3"), "{said}");
            } else {
                assert!(
                    said.contains("; 3 attempts refused inside it, which have no sequence yet (REG-38)"),
                    "{said}"
                );
            }
        });
    }
}

#[test]
fn claims_that_were_refused_are_reported() {
    driving(COUNTER, |region, socket, _server| {
        let lanes = [PooledLane::new(cpu0(region, Policy::Overwrite))];
        let pool = LanePool::new(region, &lanes);
        let claim = pool.claim(1, "first").expect("one lane is free");
        for owner in 2..7 {
            assert!(pool.claim(owner, "more").is_err());
        }
        drop(claim);
        region.set_state(RegionState::Closed);
        let output = testimony(&[], socket);
        let last = lines(&output).pop().expect("lines");
        assert!(last.starts_with("DRIVER closed its region; 5 claims of a lane were refused"), "{last}");
        let output = testimony(&["--format=json"], socket);
        assert!(lines(&output).pop().expect("lines").contains("\"claims_refused\":5"));
    });
}

/// Changes one bit of a region, as a fault of memory does: through the process's own view of its memory.
fn flip(region: &Region<'_>, byte: u64, bit: u32) {
    let memory = OpenOptions::new().read(true).write(true).open("/proc/self/mem").expect("it is ours");
    let at = region.memory().as_ptr().as_ptr() as u64 + byte;
    let mut word = [0; 8];
    memory.read_exact_at(&mut word, at).expect("mapped");
    let flipped = u64::from_le_bytes(word) ^ 1 << bit;
    memory.write_all_at(&flipped.to_le_bytes(), at).expect("mapped");
}

#[test]
fn a_lane_whose_positions_are_damaged_does_not_vanish() {
    driving(COUNTER, |region, socket, _server| {
        let writer = cpu0(region, Policy::Overwrite);
        offer(&writer, 5);
        let reserve = region.geometry().lanes_offset + 128;
        let mut silent = Vec::new();
        for bit in 0..64 {
            flip(region, reserve, bit);
            let output = testimony(&["--duration=0.05"], socket);
            flip(region, reserve, bit);
            let lines = lines(&output);
            let is_named = lines.iter().any(|line| line.contains("REG-") && line.starts_with('0'));
            let is_whole = lines.iter().any(|line| line.contains("offered 5 = delivered 5"));
            // A flip that changes nothing of what can be read is no damage; each other one is named, with its status.
            if !(is_named && output.status.code() == Some(1) || is_whole && output.status.code() == Some(0)) {
                silent.push((bit, output.status.code(), lines));
            }
        }
        assert!(silent.is_empty(), "{silent:#?}");
    });
}

#[test]
fn a_signal_ends_in_an_account() {
    for signal in [Signal::INT, Signal::TERM] {
        driving(COUNTER, |region, socket, _server| {
            let writer = cpu0(region, Policy::Fill);
            let taken = offer(&writer, 1000);
            let mut tool = start(socket, &[]);
            let mut out = BufReader::new(tool.stdout.take().expect("piped"));
            let mut said = String::new();
            // All records are out: it waits for more.
            for _ in 0..taken {
                out.read_line(&mut said).expect("text");
            }
            kill_process(Pid::from_child(&tool), signal).expect("it runs");
            out.read_to_string(&mut said).expect("text");
            assert_eq!(tool.wait().expect("it ends").code(), Some(0), "{said}");
            let lines: Vec<&str> = said.lines().collect();
            let [.., gap, books, driver] = lines[..] else { panic!("{said}") };
            assert!(gap.contains(" GAP ") && gap.contains("dropped by the writer"), "{said}");
            assert!(books.contains(" BOOKS closes: offered 1000 = "), "{said}");
            assert_eq!(driver, "DRIVER goes on; this reader left on a signal");
        });
    }
}

#[test]
fn a_driver_that_is_gone_and_one_that_closed_are_told_apart() {
    driving(COUNTER, |region, socket, server| {
        let _writer = cpu0(region, Policy::Overwrite);
        let tool = start(socket, &[]);
        std::thread::sleep(Duration::from_millis(300));
        drop(server);
        let output = tool.wait_with_output().expect("it ends");
        let last = lines(&output).pop().expect("lines");
        assert!(last.starts_with("DRIVER is gone, and its region is not closed"), "{last}");
    });
}

#[test]
fn ticks_are_shown_as_time() {
    let clock = ClockInfo {
        kind: ClockKind::Monotonic,
        numerator: 1_000_000_000,
        denominator: 1,
        anchor_ticks: 5,
        anchor_utc: 1_796_086_194_000_000_000,
    };
    driving(clock, |region, socket, _server| {
        let writer = cpu0(region, Policy::Overwrite);
        offer(&writer, 1);
        region.set_state(RegionState::Closed);
        let first = lines(&testimony(&[], socket)).remove(0);
        assert!(first.starts_with("0:cpu0 0 2026-12-01T00:49:56.000000000Z Switch: "), "{first}");
        let first = lines(&testimony(&["--format=json"], socket)).remove(1);
        assert!(
            first.contains("\"ticks\":7") && first.contains("\"time\":\"2026-12-01T00:49:56.000000000Z\""),
            "{first}"
        );
    });
}

#[test]
fn a_lane_that_is_opened_again_has_the_name_of_its_owner() {
    driving(COUNTER, |region, socket, _server| {
        let writer = cpu0(region, Policy::Overwrite);
        offer(&writer, 1);
        writer.close();
        writer.reopen_for(9, "worker", Ending::Closed).expect("it is closed");
        offer(&writer, 1);
        region.set_state(RegionState::Closed);
        let lines = lines(&testimony(&[], socket));
        let starts: Vec<&str> = lines.iter().map(|line| line.split(' ').next().unwrap_or_default()).collect();
        // The first record may be an earlier owner's: its name is not known, and the new one is not claimed.
        assert_eq!(starts, ["0:worker?", "0:worker", "0:worker", "0:worker", "DRIVER"], "{lines:?}");
    });
}

#[test]
fn a_lane_s_name_cannot_be_taken_for_an_account() {
    driving(COUNTER, |region, socket, _server| {
        let writer = cpu0(region, Policy::Overwrite);
        writer.close();
        writer.reopen_for(9, "a BOOKS closes: offered 1", Ending::Closed).expect("it is closed");
        offer(&writer, 1);
        region.set_state(RegionState::Closed);
        let lines = lines(&testimony(&[], socket));
        assert!(lines.iter().all(|line| !line.starts_with("0:a BOOKS")), "{lines:?}");
        assert!(
            lines.iter().any(|line| line.starts_with(r#"0:"a BOOKS closes: offered 1" BOOKS"#)),
            "{lines:?}"
        );
    });
}

#[test]
fn a_deadline_holds_within_a_lane_s_turn() {
    driving(COUNTER, |region, socket, _server| {
        let writer = cpu0(region, Policy::Overwrite);
        offer(&writer, 2000);
        // The pipe is full and is not read until long after the deadline: what was in progress is one line.
        let mut tool = start(socket, &["--duration=0.05"]);
        std::thread::sleep(Duration::from_millis(300));
        let mut said = String::new();
        tool.stdout.take().expect("piped").read_to_string(&mut said).expect("text");
        assert_eq!(tool.wait().expect("it ends").code(), Some(0));
        assert!(said.contains("; the rest was left unread") || said.contains("missing 0"), "{said}");
        assert!(said.ends_with("DRIVER goes on; this reader left at its deadline\n"), "{said}");
    });
}

/// SHOW-5: the record that names the new owner was overwritten before it was read.
#[test]
fn a_lane_that_was_opened_again_in_a_gap_does_not_keep_its_old_name() {
    driving(COUNTER, |region, socket, server| {
        let writer = cpu0(region, Policy::Overwrite);
        offer(&writer, 4);
        // Slow: what it has copied, it shows after the lane has wrapped.
        let mut tool = start(socket, &["--rate=10"]);
        let mut shown =
            BufReader::new(tool.stdout.take().expect("piped")).lines().map(|line| line.expect("text"));
        let first = shown.next().expect("a record");
        assert!(first.starts_with("0:cpu0 0 "), "{first}");
        writer.close();
        writer.reopen_for(9, "worker", Ending::Closed).expect("it is closed");
        assert!(offer(&writer, 600) == 600, "a lane that overwrites takes all");
        writer.close();
        region.set_state(RegionState::Closed);
        let after: Vec<String> =
            shown.by_ref().skip_while(|line| !line.contains(" GAP ")).skip(1).take(3).collect();
        tool.kill().expect("it runs");
        tool.wait().expect("it ends");
        drop(server);
        assert_eq!(after.len(), 3);
        assert!(after.iter().all(|line| line.starts_with("0:worker? ")), "{after:#?}");
    });
}
