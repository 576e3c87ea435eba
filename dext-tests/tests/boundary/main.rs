//! The dext's own sources under `dext-host`, and readers in other processes (ATT-13 to ATT-22).

#![cfg(target_os = "linux")]

mod asker;
mod deaths;
mod draining;
mod memories;
mod observing;
mod reader;
mod reading;
mod refusals;
mod seeds;

use dext_tests::host::{Host, Settings};
use dext_tests::program::{Dext, Flavour};

const FLAVOURS: [Flavour; 3] = [Flavour::Plain, Flavour::Address, Flavour::Thread];

/// The lanes of the dext, as `House.h` numbers them.
const NEWEST: usize = 1;
const FIRST: usize = 2;
const DRAINED: usize = 3;

fn settings(flavour: Flavour) -> Settings {
    Settings::new(Dext::TestimonyEmitting, flavour)
}

fn host(flavour: Flavour) -> Host {
    Host::start(settings(flavour))
}
