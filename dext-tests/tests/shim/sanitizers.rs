//! The sanitizers look: what they are there for ends the host, and is not lost with it.

use dext_tests::host::{Ended, Host};
use dext_tests::program::Flavour;
use dext_tests::raw::{CALL, Request};

use crate::modes::{offend, open};
use crate::settings;

/// How a host ends that is asked for this and then stopped.
fn offended(flavour: Flavour, selector: u64) -> Ended {
    let mut host = Host::start(settings(flavour));
    let mut client = host.open(open::PLAIN);
    client.send(Request { a: selector, ..Request::new(CALL) });
    /* A reply, or the end of the host. */
    client.receive();
    let _ = host.try_command("stop");
    host.ended()
}

#[track_caller]
fn assert_told(ended: &Ended, words: &str) {
    assert!(!ended.status.success(), "{:?}", ended.status);
    assert!(ended.words.contains(words), "{}", ended.words);
}

#[test]
fn a_race_is_told() {
    assert_told(&offended(Flavour::Thread, offend::RACE), "WARNING: ThreadSanitizer: data race");
}

#[test]
fn a_store_out_of_bounds_is_told() {
    let ended = offended(Flavour::Address, offend::OUT_OF_BOUNDS);
    assert_told(&ended, "ERROR: AddressSanitizer: heap-buffer-overflow");
}

#[test]
fn undefined_behaviour_is_told() {
    let ended = offended(Flavour::Address, offend::SHIFT);
    assert_told(&ended, "runtime error: shift exponent 32 is too large");
}

#[test]
fn a_leak_that_the_census_does_not_count_is_told() {
    let ended = offended(Flavour::Address, offend::LEAK);
    assert_told(&ended, "ERROR: LeakSanitizer: detected memory leaks");
    assert_eq!(ended.status.code(), Some(3));
}

/// The same, without a sanitizer: nothing happens. What is told above, the sanitizer tells.
#[test]
fn without_a_sanitizer_nobody_tells() {
    for selector in [offend::RACE, offend::SHIFT, offend::LEAK] {
        let ended = offended(Flavour::Plain, selector);
        assert!(ended.status.success(), "{selector}: {}", ended.words);
    }
}
