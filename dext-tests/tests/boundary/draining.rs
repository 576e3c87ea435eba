//! Readers that the driver waits for (ATT-18).

use dext_bindings::boundary::Selector;
use rustix::process::Signal;

use crate::asker::Asker;
use crate::reader::Reader;
use crate::{DRAINED, FLAVOURS, host};

/// More than the lane holds, in parts: what does not fit is emitted again when the reader has made room.
#[test]
fn nothing_is_overwritten_before_a_reader_that_drains_has_it() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut reader = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        asker.wait_for(2, 1, 1);
        let (mut stored, mut refused) = (0, 0);
        for seed in 1..=40 {
            let (more, not) = asker.emit(DRAINED, 250, seed);
            stored += more;
            refused += not;
            if not > 0 {
                reader.wait_until(|lanes| lanes[DRAINED].emitted == stored);
            }
        }
        assert!(stored > 4000, "the reader made room: {stored} of 10000");
        let lanes = reader.wait_until(|lanes| lanes[DRAINED].emitted == stored);
        assert!(lanes[DRAINED].sound && lanes[DRAINED].overwritten == 0, "{flavour:?}: {lanes:?}");
        drop(asker);
        host.stop();
        let (lanes, _) = reader.end();
        let drained = &lanes[DRAINED];
        assert!(drained.closes && drained.ended == Some(true), "{flavour:?}: {drained:?}");
        assert_eq!((drained.overwritten, drained.corrupt), (0, 0), "{flavour:?}: {drained:?}");
        assert!(drained.dropped >= refused, "{refused} refused: {drained:?}");
    }
}

#[test]
fn a_reader_that_stands_still_fills_the_lane_and_has_all_of_it_afterwards() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut reader = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        asker.wait_for(2, 1, 1);
        reader.signal(Signal::STOP);
        let (stored, refused) = asker.emit(DRAINED, 20_000, 4);
        assert!(stored < 5000 && refused > 15_000, "{stored} {refused}");
        reader.signal(Signal::CONT);
        let lanes = reader.wait_until(|lanes| lanes[DRAINED].emitted >= stored);
        assert_eq!(lanes[DRAINED].last, (4, stored - 1), "{flavour:?}");
        assert_eq!((lanes[DRAINED].overwritten, lanes[DRAINED].sound), (0, true), "{lanes:?}");
        drop(reader);
        drop(asker);
        host.stop();
    }
}

/// Who is further behind than agreed is given up: the other one is waited for, and it is told what it missed.
#[test]
fn a_reader_that_is_further_behind_than_agreed_is_overrun() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut asker = Asker::greet(&host);
        let mut slow = Reader::start(&host, &["--drain", "16384"]);
        let mut quick = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        asker.wait_for(3, 2, 2);
        slow.signal(Signal::STOP);
        for seed in 1..=20 {
            assert_eq!(
                asker.emit(DRAINED, 250, seed),
                (250, 0),
                "{flavour:?}: nobody waits for the slow one"
            );
            quick.wait_until(|lanes| lanes[DRAINED].emitted == seed * 250);
        }
        slow.signal(Signal::CONT);
        let lanes = slow.wait_until(|lanes| lanes[DRAINED].last == (20, 249));
        assert!(lanes[DRAINED].overwritten > 2500 && lanes[DRAINED].sound, "{flavour:?}: {lanes:?}");
        let lanes = quick.leave();
        assert!(lanes[DRAINED].is_complete(), "{flavour:?}: {lanes:?}");
        drop(slow);
        drop(asker);
        host.stop();
    }
}

/// It was served and released nothing: once it has left, the other one is waited for alone.
#[test]
fn who_has_left_is_waited_for_no_more_att_18() {
    for flavour in FLAVOURS {
        let host = host(flavour);
        let mut idle = Asker::greet(&host);
        assert_eq!(idle.says(Selector::Attach, &[1, u64::MAX]).0, 0);
        assert_eq!(idle.says(Selector::Serve, &[]).0, 0);
        let mut reader = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        let (stored, refused) = idle.emit(DRAINED, 10_000, 1);
        assert!(refused > 0, "{flavour:?}: the idle one is waited for");
        reader.wait_until(|lanes| lanes[DRAINED].last == (1, stored - 1));
        assert_eq!(idle.emit(DRAINED, 100, 2), (0, 100), "{flavour:?}: still");
        assert_eq!(idle.says(Selector::Detach, &[]).0, 0);
        for seed in 3..=10 {
            assert_eq!(idle.emit(DRAINED, 500, seed), (500, 0), "{flavour:?}: no more");
            reader.wait_until(|lanes| lanes[DRAINED].last == (seed, 499));
        }
        assert!(reader.leave()[DRAINED].closes, "{flavour:?}");
        drop(idle);
        host.stop();
    }
}
