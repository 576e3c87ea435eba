//! Readers that only look: everything, what is newest, what came first.

use rustix::process::Signal;

use crate::asker::Asker;
use crate::reader::Reader;
use crate::{DRAINED, FIRST, FLAVOURS, NEWEST, host};

#[test]
fn another_process_reads_every_lane_to_the_end() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut reader = Reader::start(&host, &[]);
        for lane in 0..4 {
            assert_eq!(asker.emit(lane, 200, 7), (200, 0));
        }
        reader.wait_until(|lanes| lanes.iter().all(|lane| lane.emitted == 200));
        let (_, stat) = asker.stat();
        drop(asker);
        host.stop();
        let (lanes, closed) = reader.end();
        assert!(closed && reader.status().success());
        assert_eq!(lanes.len(), 4);
        for (at, (lane, stat)) in lanes.iter().zip(&stat).enumerate() {
            assert!(lane.sound && lane.closes && lane.ended == Some(true), "{flavour:?}: {at}: {lane:?}");
            // What clients do when the lanes have been closed is counted as dropped in the lane of calls.
            assert!(lane.is_complete() || at == 0 && lane.dropped < 4, "{flavour:?}: {at}: {lane:?}");
            assert_eq!((lane.emitted, lane.last, lane.before), (200, (7, 199), 0), "{flavour:?}");
            assert!(lane.offered >= stat.offered && stat.offered >= 200, "{flavour:?}: {lane:?} {stat:?}");
        }
    }
}

/// The reader is stopped while the driver laps it several times.
#[test]
fn a_reader_that_was_lapped_says_what_it_missed() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut reader = Reader::start(&host, &[]);
        assert_eq!(asker.emit(NEWEST, 100, 1), (100, 0));
        reader.wait_until(|lanes| lanes[NEWEST].emitted == 100);
        reader.signal(Signal::STOP);
        assert_eq!(asker.emit(NEWEST, 20_000, 2), (20_000, 0), "nobody is waited for");
        reader.signal(Signal::CONT);
        reader.wait_until(|lanes| lanes[NEWEST].last == (2, 19_999));
        drop(asker);
        host.stop();
        let (lanes, _) = reader.end();
        let newest = &lanes[NEWEST];
        assert!(newest.sound && newest.closes && newest.ended == Some(true), "{flavour:?}: {newest:?}");
        assert!(newest.overwritten > 15_000, "a lane holds 64 KiB: {newest:?}");
        assert!(newest.emitted > 100 + 500, "what is newest is there: {newest:?}");
        assert_eq!((newest.dropped, newest.corrupt), (0, 0), "{newest:?}");
    }
}

#[test]
fn what_came_first_survives_and_the_rest_is_counted_on_both_sides() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let (stored, refused) = asker.emit(FIRST, 10_000, 3);
        assert_eq!((stored + refused, stored > 1000, refused > 5000), (10_000, true, true));
        // The reader comes when the lane has long been full.
        let mut reader = Reader::start(&host, &[]);
        let lane = reader.wait_until(|lanes| lanes[FIRST].emitted == stored).swap_remove(FIRST);
        assert!(lane.sound && lane.last == (3, stored - 1), "{flavour:?}: {lane:?}");
        let counted = asker.stat().1[FIRST].refused;
        drop(asker);
        host.stop();
        let (lanes, _) = reader.end();
        let first = &lanes[FIRST];
        assert!(
            first.closes && first.ended == Some(true) && first.overwritten == 0,
            "{flavour:?}: {first:?}"
        );
        assert!(counted >= refused && first.dropped >= counted, "and samples: {counted}: {first:?}");
        assert_eq!(first.emitted, stored);
    }
}

#[test]
fn two_readers_see_the_same_and_one_that_leaves_disturbs_nobody() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut one = Reader::start(&host, &[]);
        let mut other = Reader::start(&host, &["--drain", "65536"]);
        asker.wait_for(3, 2, 1);
        for seed in 1..=5 {
            assert_eq!(asker.emit(NEWEST, 100, seed), (100, 0));
            assert_eq!(asker.emit(DRAINED, 100, seed), (100, 0));
        }
        let seen = |lanes: &[crate::reader::Lane]| {
            [NEWEST, DRAINED].map(|lane| (lanes[lane].emitted, lanes[lane].last, lanes[lane].is_complete()))
        };
        for reader in [&mut one, &mut other] {
            let lanes = reader.wait_until(|lanes| lanes[DRAINED].emitted + lanes[NEWEST].emitted == 1000);
            assert_eq!(seen(&lanes), [(500, (5, 99), true); 2], "{flavour:?}: {lanes:?}");
        }
        let lanes = other.leave();
        assert!(lanes.iter().all(|lane| lane.closes), "{lanes:?}");
        asker.wait_for(2, 1, 0);
        assert_eq!(asker.emit(NEWEST, 100, 6), (100, 0));
        one.wait_until(|lanes| lanes[NEWEST].last == (6, 99) && lanes[NEWEST].is_complete());
        drop(asker);
        host.stop();
        assert!(one.end().1);
    }
}

/// A lane has one writer: what a client asks for and what a timer found are written by the same queue.
#[test]
fn samples_wait_while_a_long_call_writes() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        for seed in 1..=3 {
            assert_eq!(asker.emit(NEWEST, 300_000, seed), (300_000, 0), "{flavour:?}");
        }
        let (_, lanes) = asker.stat();
        assert_eq!(lanes[NEWEST].refused, 0, "{flavour:?}: two wrote at a time");
        assert!(lanes[NEWEST].offered > 900_000, "{flavour:?}: samples came too: {lanes:?}");
        drop(asker);
        host.stop();
    }
}
