//! Who dies while the other is at it.

use std::thread;
use std::time::Duration;

use dext_bindings::boundary::{HelloOut, OPEN_TYPE, Selector};
use dext_tests::host::{Host, Settings};
use rustix::process::Signal;

use crate::asker::{Asker, request};
use crate::reader::Reader;
use crate::{DRAINED, FLAVOURS, NEWEST, host, settings};

/// It had the lane full: when it dies its place is free, and what it had not read is kept for the next one.
#[test]
fn a_reader_killed_while_it_reads_leaves_its_place_and_the_rest_to_the_next_att_18() {
    let to_drain = ["--drain", &u64::MAX.to_string()];
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        for seed in [10, 20, 30] {
            let mut reader = Reader::start(&host, &to_drain);
            asker.wait_for(2, 1, 1);
            // It is somewhere in these when it is stopped.
            assert_eq!(asker.emit(DRAINED, 500, seed), (500, 0), "{flavour:?}");
            reader.signal(Signal::STOP);
            let (stored, refused) = asker.emit(DRAINED, 10_000, seed + 1);
            assert!(stored > 0 && refused > 0, "{flavour:?}: it is waited for");
            reader.kill();
            asker.wait_for(1, 0, 0);
            let mut next = Reader::start(&host, &to_drain);
            let lanes = next.wait_until(|lanes| lanes[DRAINED].last == (seed + 1, stored - 1));
            assert!(lanes[DRAINED].sound && lanes[DRAINED].overwritten == 0, "{flavour:?}: {lanes:?}");
            assert_eq!(asker.emit(DRAINED, 500, seed + 2), (500, 0), "{flavour:?}: it has made room");
            next.wait_until(|lanes| lanes[DRAINED].last == (seed + 2, 499));
            assert!(next.leave().iter().all(|lane| lane.closes), "{flavour:?}");
        }
        drop(asker);
        host.stop();
    }
}

/// A reader that looks on is killed at whatever it does; the driver notices nothing.
#[test]
fn readers_killed_at_any_moment_leave_nothing_behind() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        for round in 0..8 {
            let reader = Reader::start(&host, if round % 2 == 0 { &[] } else { &["--drain", "32768"] });
            for seed in 0..round {
                let _ = asker.emit(DRAINED, 300, 100 * round + seed);
            }
            reader.kill();
        }
        asker.wait_for(1, 0, 0);
        drop(asker);
        host.stop();
    }
}

/// The host dies while its dext writes: the old region is drained post mortem, the new one is attached.
#[test]
fn a_host_killed_while_it_writes_is_read_to_the_end_and_its_successor_too_att_17() {
    for flavour in FLAVOURS {
        let mut host = Host::start(Settings { supervised: true, ..settings(flavour) });
        let mut reader = Reader::start(&host, &["--again"]);
        for round in 1..=3 {
            let mut asker = Asker::greet(&host);
            let _ = asker.emit(NEWEST, 300, round);
            reader.wait_until(|lanes| lanes[NEWEST].last == (round, 299));
            // A long job is under way on the lane's queue when the process is killed.
            asker.0.send(request(Selector::Emit, &[NEWEST as u64, 1 << 20, 1000 + round]));
            thread::sleep(Duration::from_millis(round));
            host.kill();
            let (lanes, closed) = reader.end();
            assert!(!closed, "{flavour:?}: nobody was there to close it");
            for lane in &lanes {
                assert!(lane.sound && lane.closes && lane.corrupt == 0, "{flavour:?}: {lane:?}");
                assert!(lane.ended.is_some(), "{flavour:?}: what was published is read: {lane:?}");
            }
            assert!(lanes[NEWEST].emitted >= 300, "{flavour:?}: {lanes:?}");
            let before = reader.generation;
            reader.attached();
            assert!(reader.generation > before, "{flavour:?}");
        }
        let mut asker = Asker::greet(&host);
        assert_eq!(asker.emit(NEWEST, 100, 9), (100, 0));
        reader.wait_until(|lanes| lanes[NEWEST].last == (9, 99) && lanes[NEWEST].is_complete());
        drop(reader);
        drop(asker);
        host.stop();
    }
}

/// The host dies at its n-th work from now on, whatever that is.
#[test]
fn a_host_that_dies_at_any_work_leaves_a_region_whose_books_close() {
    let mut host = Host::start(Settings { supervised: true, ..settings(FLAVOURS[0]) });
    let mut reader = Reader::start(&host, &["--again", "--drain", "65536"]);
    for count in 1..=12 {
        let mut asker = Asker::greet(&host);
        asker.0.send(request(Selector::Emit, &[NEWEST as u64, 1 << 20, count]));
        host.command(&format!("kill-at {count}"));
        let (lanes, closed) = reader.end();
        assert!(!closed && lanes.iter().all(|lane| lane.sound && lane.closes), "{count}: {lanes:?}");
        assert!(lanes.iter().all(|lane| lane.ended.is_some() && lane.corrupt == 0), "{count}: {lanes:?}");
        reader.attached();
    }
    drop(reader);
    host.stop();
}

/// Every start makes another region: a larger generation, and an id of which no word comes again.
#[test]
fn no_region_is_taken_for_another_one_att_17() {
    let mut host = Host::start(Settings { supervised: true, ..settings(FLAVOURS[0]) });
    let mut seen: Vec<HelloOut> = Vec::new();
    for _ in 0..5 {
        let answer = Asker(host.open(OPEN_TYPE)).call(Selector::Hello, &[1, 1]);
        let words: [u64; 8] = answer.scalars.try_into().expect("eight words");
        let said = HelloOut::from_words(&words);
        for before in &seen {
            assert!(said.generation > before.generation, "{seen:?} {said:?}");
            assert_ne!(said.region_id[0], before.region_id[0], "{seen:?} {said:?}");
            assert_ne!(said.region_id[1], before.region_id[1], "{seen:?} {said:?}");
        }
        seen.push(said);
        host.kill();
    }
    host.stop();
}

/// DETACH of a reader that drains is answered when each lane's queue has run a job: the host dies at the
/// fourth work, which is the call's own and one of each other lane, and so the answer never comes.
#[test]
fn who_stops_draining_waits_for_every_lane_att_18() {
    let mut host = Host::start(Settings { supervised: true, ..settings(FLAVOURS[0]) });
    let mut died_in_time = 0;
    while died_in_time < 5 {
        let mut asker = Asker::greet(&host);
        assert_eq!(asker.says(Selector::Attach, &[1, u64::MAX]).0, 0);
        assert_eq!(asker.says(Selector::Serve, &[]).0, 0);
        host.command("kill-at 4");
        // Timers are works too: the host may be dead before it is asked.
        let detaching = thread::spawn(move || {
            asker.0.send(request(Selector::Detach, &[]));
            assert!(asker.0.receive().is_none(), "answered before every lane has run a job");
        });
        match detaching.join() {
            Ok(()) => died_in_time += 1,
            Err(words) => {
                let words = words.downcast_ref::<String>().map_or("", String::as_str);
                assert!(!words.contains("answered"), "{words}");
            }
        }
        host.command("clients");
    }
    host.stop();
}

/// Every method is asked for by somebody who does not wait for the answer.
#[test]
fn a_client_that_vanishes_inside_any_call_leaves_nothing_behind() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        for round in 0..4 {
            for (selector, scalars) in [
                (Selector::Hello, &[1, 1][..]),
                (Selector::Attach, &[1, 4096]),
                (Selector::Attach, &[0, 0]),
                (Selector::Detach, &[]),
                (Selector::Doorbell, &[0, u64::MAX]),
                (Selector::Stat, &[]),
                (Selector::Choose, &[1]),
                (Selector::Flush, &[15]),
                (Selector::Serve, &[]),
                (Selector::Emit, &[3, 500, 1]),
            ] {
                let mut client = Asker::greet(&host);
                if round % 2 == 1 {
                    let _ = client.says(Selector::Attach, &[1, 1 << 20]);
                    let _ = client.says(Selector::Serve, &[]);
                }
                client.0.send(request(selector, scalars));
                drop(client);
            }
        }
        let stat = asker.wait_for(1, 0, 0);
        assert_eq!(stat.sleeping, 0, "{flavour:?}");
        assert_eq!(stat.classes.raw(), 7, "{flavour:?}: nobody who left has a say");
        assert_eq!(asker.says(Selector::Attach, &[1, 0]).0, 0, "{flavour:?}: the places are free");
        drop(asker);
        host.stop();
    }
}
