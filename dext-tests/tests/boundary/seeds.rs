//! One queue at a time, and a seed decides which: orders that free-running threads hardly ever take.

use dext_bindings::boundary::{Bell, BellReason, ReturnCode, Selector};
use dext_tests::host::{Host, Settings};
use dext_tests::program::Flavour;

use crate::asker::{Asker, request};
use crate::reader::Reader;
use crate::{DRAINED, NEWEST, settings};

fn seeded(flavour: Flavour, seed: u64) -> Host {
    Host::start(Settings { seed: Some(seed), ..settings(flavour) })
}

/// Two clients in each other's way: one leaves in order, the other vanishes with its bell pending.
fn lives_of_clients(host: Host) {
    let mut one = Asker::greet(&host);
    let mut other = Asker::greet(&host);
    for client in [&mut one, &mut other] {
        assert_eq!(client.says(Selector::Attach, &[1, u64::MAX]), ReturnCode::SUCCESS);
        assert_eq!(client.says(Selector::Serve, &[]), ReturnCode::SUCCESS);
    }
    let id = other.0.send(request(Selector::Doorbell, &[0, u64::MAX]));
    let again = other.0.send(request(Selector::Doorbell, &[0, u64::MAX]));
    let emit = other.0.send(request(Selector::Emit, &[DRAINED as u64, 50, 2]));
    assert_eq!(one.emit(NEWEST, 300, 1), (300, 0));
    assert_eq!(one.says(Selector::Choose, &[1]), ReturnCode::SUCCESS);
    assert_eq!(one.says(Selector::Flush, &[15]), ReturnCode::SUCCESS);
    assert_eq!(other.0.reply(id).code, 0);
    assert_eq!(other.0.reply(again).code, 0);
    assert_eq!(other.0.reply(emit).scalars, [50, 0]);
    let words: [u64; 2] = other.0.completion(id).scalars.try_into().expect("a bell");
    assert_eq!(Bell::from_words(&words).reason.known(), Ok(BellReason::Replaced));
    assert_eq!(one.says(Selector::Detach, &[]), ReturnCode::SUCCESS);
    other.0.send(request(Selector::Detach, &[]));
    drop(other);
    one.wait_for(1, 0, 0);
    // Who attaches again begins anew: it wants everything, and has not been served.
    assert_eq!(one.says(Selector::Attach, &[1, 0]), ReturnCode::SUCCESS);
    assert_eq!(one.stat().0.classes.raw(), 7);
    assert_eq!(one.says(Selector::Serve, &[]), ReturnCode::SUCCESS);
    // The driver stops under it, with its bell pending.
    one.0.send(request(Selector::Doorbell, &[0, u64::MAX]));
    host.stop();
}

#[test]
fn clients_come_and_go_in_any_order() {
    for seed in 0..24 {
        lives_of_clients(seeded(Flavour::Plain, seed));
    }
    for seed in 100..106 {
        lives_of_clients(seeded(Flavour::Address, seed));
        lives_of_clients(seeded(Flavour::Thread, seed));
    }
}

#[test]
fn a_reader_has_everything_whatever_the_order() {
    for seed in 200..212 {
        let host = seeded(Flavour::Plain, seed);
        let mut asker = Asker::greet(&host);
        let mut reader = Reader::start(&host, &["--drain", &u64::MAX.to_string()]);
        asker.wait_for(2, 1, 1);
        for lane in 0..4 {
            assert_eq!(asker.emit(lane, 300, seed), (300, 0), "seed {seed}");
        }
        let lanes = reader.wait_until(|lanes| lanes.iter().all(|lane| lane.last == (seed, 299)));
        assert!(lanes.iter().all(crate::reader::Lane::is_complete), "seed {seed}: {lanes:?}");
        drop(asker);
        host.stop();
        assert!(reader.end().1, "seed {seed}");
    }
}
